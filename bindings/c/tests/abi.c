/* What the C ABI promises beside the work itself: statuses and messages, NULL, lengths, ownership. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vantay.h"

static int passed, failed;

static void expect(int holds, const char *what, int line) {
  if (holds) {
    passed++;
  } else {
    failed++;
    printf("abi.c:%d: does not hold: %s (last error: %s)\n", line, what, vantay_last_error());
  }
}

#define EXPECT(condition) expect((condition) != 0, #condition, __LINE__)
#define EXPECT_STATUS(status, call) EXPECT((call) == (vantay_status)(status))

static vantay_template *made_up(void) {
  vantay_minutia minutiae[3] = {
      {10.0f, 20.0f, 0.0f, VANTAY_MINUTIA_KIND_ENDING, 50},
      {100.125f, 200.5f, 3.0f, VANTAY_MINUTIA_KIND_BIFURCATION, 90},
      {30.0f, 40.0f, 6.0f, VANTAY_MINUTIA_KIND_UNKNOWN, 70},
  };
  vantay_template *template = NULL;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_from_minutiae(300, 400, VANTAY_FINGER_LEFT_RING, 60, minutiae, 3, &template));
  return template;
}

static void every_build_tells_what_it_is(void) {
  const char *level = vantay_cpu_level();
  EXPECT(strchr(vantay_version(), '.') != NULL);
  EXPECT(!strcmp(level, "scalar") || !strcmp(level, "avx2") || !strcmp(level, "avx512") || !strcmp(level, "neon"));
  EXPECT(vantay_extractor_version() > 0);
}

static void every_status_has_its_number_and_name(void) {
  EXPECT(VANTAY_STATUS_OK == 0 && VANTAY_STATUS_ARGUMENT == 1 && VANTAY_STATUS_IMAGE == 2);
  EXPECT(VANTAY_STATUS_TEMPLATE == 3 && VANTAY_STATUS_INCOMPATIBLE == 4 && VANTAY_STATUS_DAMAGED == 5);
  EXPECT(VANTAY_STATUS_LOCKED == 6 && VANTAY_STATUS_IO == 7 && VANTAY_STATUS_MANIFEST == 8);
  EXPECT(VANTAY_STATUS_NULL_ARGUMENT == 100 && VANTAY_STATUS_PANIC == 101);
  EXPECT(!strcmp(vantay_status_name(VANTAY_STATUS_DAMAGED), "damaged"));
  EXPECT(!strcmp(vantay_status_name(-7), "unknown"));
}

static void a_template_survives_its_bytes(void) {
  vantay_template *template = made_up(), *again = NULL;
  vantay_template_info info;
  const vantay_minutia *minutiae;
  uint8_t bytes[VANTAY_TEMPLATE_MAX_BYTES];
  size_t length = 0, count = 0;

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_to_bytes(template, NULL, 0, &length));
  EXPECT(length == 16 + 3 * 8 + 4);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_template_to_bytes(template, bytes, length - 1, &length));
  EXPECT(length == 16 + 3 * 8 + 4);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_to_bytes(template, bytes, sizeof bytes, &length));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_from_bytes(bytes, length, &again));
  vantay_template_free(template);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_describe(again, &info));
  EXPECT(info.width == 300 && info.height == 400 && info.extractor == 0 && info.minutia_count == 3);
  EXPECT(info.finger == VANTAY_FINGER_LEFT_RING && info.quality == 60);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_minutiae(again, &minutiae, &count));
  EXPECT(count == 3 && minutiae[0].quality == 90 && minutiae[2].quality == 50);
  EXPECT(minutiae[0].x == 100.125f && minutiae[0].y == 200.5f && fabs(minutiae[0].direction - 3.0) < 1e-4);
  EXPECT(minutiae[0].kind == VANTAY_MINUTIA_KIND_BIFURCATION);
  vantay_template_free(again);
}

static void what_is_no_template_is_refused_and_leaves_nothing_to_free(void) {
  vantay_template *template = (vantay_template *)&passed;
  uint8_t bytes[64] = "no template";
  vantay_minutia outside = {400.0f, 1.0f, 0.0f, 0, 0}, wild = {1.0f, 1.0f, 0.0f, 7, 0};

  EXPECT_STATUS(VANTAY_STATUS_TEMPLATE, vantay_template_from_bytes(bytes, sizeof bytes, &template));
  EXPECT(template == NULL && strstr(vantay_last_error(), "VTYT") != NULL);
  EXPECT_STATUS(VANTAY_STATUS_TEMPLATE, vantay_template_from_bytes(NULL, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_TEMPLATE, vantay_template_from_minutiae(300, 300, 0, 0, &outside, 1, &template));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_template_from_minutiae(300, 300, 0, 0, &wild, 1, &template));
  wild.kind = 0;
  wild.x = (float)NAN;
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_template_from_minutiae(300, 300, 0, 0, &wild, 1, &template));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_template_from_minutiae(300, 300, 11, 0, NULL, 0, &template));
  EXPECT(strstr(vantay_last_error(), "finger position is 11") != NULL);
  EXPECT_STATUS(VANTAY_STATUS_TEMPLATE, vantay_template_from_minutiae(300, 0, 0, 0, NULL, 0, &template));
  EXPECT(template == NULL);
}

static void null_is_refused_by_name(void) {
  vantay_template *template = NULL;
  double score = 0.0;
  size_t length = 0;

  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_template_from_bytes(NULL, 10, &template));
  template = made_up();
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_template_from_bytes(NULL, 10, NULL));
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_verify(template, NULL, &score));
  EXPECT(!strcmp(vantay_last_error(), "the argument `b` is NULL"));
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_verify(template, template, NULL));
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_template_to_bytes(NULL, NULL, 0, &length));
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_extractor_new(NULL));
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_encounter_new(NULL, NULL));
  vantay_template_free(template);
  vantay_template_free(NULL);
  vantay_extractor_free(NULL);
  vantay_encounter_free(NULL);
}

static void images_that_cannot_be_used_are_refused(void) {
  vantay_extractor *extractor = NULL;
  vantay_template *template = NULL;
  uint8_t *blank = calloc(300 * 300, 1);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extractor_new(&extractor));
  EXPECT_STATUS(VANTAY_STATUS_IMAGE, vantay_extract_raw(extractor, blank, 300 * 300, 300, 300, 0, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_IMAGE, vantay_extract_raw(extractor, blank, 300 * 300, 300, 300, 0, NAN, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_IMAGE, vantay_extract_raw(extractor, blank, 4, 2, 2, 0, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_IMAGE, vantay_extract_raw(extractor, NULL, 0, 0, 0, 0, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_extract_raw(extractor, blank, 10, 300, 300, 0, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT,
                vantay_extract_raw(extractor, blank, 300 * 300, UINT32_MAX, UINT32_MAX, 0, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_extract_raw(extractor, blank, 300 * 300, 300, 300, 299, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_IMAGE, vantay_extract_encoded(extractor, blank, 100, 500.0, 0, &template));
  EXPECT_STATUS(VANTAY_STATUS_IO, vantay_extract_file(extractor, "/no/such/finger.png", 500.0, 0, &template));
  EXPECT(strstr(vantay_last_error(), "/no/such/finger.png") != NULL);
  EXPECT(template == NULL);
  vantay_extractor_free(extractor);
  free(blank);
}

static void an_encounter_keeps_what_it_is_given(void) {
  vantay_capture capture = {0}, kept;
  vantay_encounter *encounter = NULL;
  vantay_template *template = made_up(), *copy = NULL;
  vantay_finger_info info;
  const uint8_t *blob = NULL;
  uint8_t large[VANTAY_ENCOUNTER_MAX_BLOB + 1] = {0};
  size_t length = 0, count = 0;

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_subject_from_text("0042", &capture.subject));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_id_from_text("a visit", &capture.id));
  capture.captured_at = -5;
  capture.station_code = 77;
  capture.operator_code = 88;
  capture.tags = 9;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_new(&capture, &encounter));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_add_template(encounter, template));
  EXPECT_STATUS(VANTAY_STATUS_OK,
                vantay_encounter_add_missing(encounter, VANTAY_FINGER_RIGHT_THUMB, VANTAY_EXCEPTION_BANDAGED));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_encounter_add_missing(encounter, VANTAY_FINGER_UNKNOWN, 1));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_encounter_add_missing(encounter, VANTAY_FINGER_RIGHT_THUMB, 4));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_set_blob(encounter, (const uint8_t *)"ref", 3));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_encounter_set_blob(encounter, large, sizeof large));
  vantay_template_free(template);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_capture(encounter, &kept));
  EXPECT(kept.subject == 42 && kept.captured_at == -5 && kept.station_code == 77 && kept.operator_code == 88);
  EXPECT(kept.tags == 9 && !memcmp(kept.id.bytes, capture.id.bytes, 16));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_blob(encounter, &blob, &length));
  EXPECT(length == 3 && !memcmp(blob, "ref", 3));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_finger_count(encounter, &count));
  EXPECT(count == 2);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_finger(encounter, 0, &info));
  EXPECT(info.finger == VANTAY_FINGER_LEFT_RING && info.exception == 0 && info.quality == 60);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_finger(encounter, 1, &info));
  EXPECT(info.finger == VANTAY_FINGER_RIGHT_THUMB && info.exception == VANTAY_EXCEPTION_BANDAGED);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_encounter_finger(encounter, 2, &info));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_template(encounter, 0, &copy));
  vantay_template_free(copy);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_encounter_template(encounter, 1, &copy));
  EXPECT(copy == NULL);

  template = made_up();
  while (count < VANTAY_ENCOUNTER_MAX_FINGERS && vantay_encounter_add_template(encounter, template) == VANTAY_STATUS_OK)
    count++;
  EXPECT(count == VANTAY_ENCOUNTER_MAX_FINGERS);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_encounter_add_template(encounter, template));
  vantay_template_free(template);
  vantay_encounter_free(encounter);
}

int main(void) {
  every_build_tells_what_it_is();
  every_status_has_its_number_and_name();
  a_template_survives_its_bytes();
  what_is_no_template_is_refused_and_leaves_nothing_to_free();
  null_is_refused_by_name();
  images_that_cannot_be_used_are_refused();
  an_encounter_keeps_what_it_is_given();
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
