/* What the C ABI promises beside the work itself: statuses and messages, NULL, lengths, ownership. */

#ifdef __linux__
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

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

static vantay_engine *shared_engine;

/* The one that tests run on. */
static const vantay_engine *engine(void) {
  if (shared_engine == NULL) EXPECT_STATUS(VANTAY_STATUS_OK, vantay_engine_new(2, &shared_engine));
  return shared_engine;
}

static void an_engine_has_the_threads_that_were_asked_for(void) {
  vantay_engine *one = NULL;
  size_t threads = 0;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_engine_new(3, &one));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_engine_threads(one, &threads));
  EXPECT(threads == 3);
  vantay_engine_free(one);
  vantay_engine_free(NULL);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_engine_new(SIZE_MAX, &one));
  EXPECT(one == NULL && strstr(vantay_last_error(), "at most 1024") != NULL);
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

static void a_template_survives_records_and_cards(void) {
  vantay_template *template = made_up(), *again = NULL;
  const vantay_template *two[2];
  vantay_extractor *extractor = NULL;
  vantay_template_info info;
  const vantay_minutia *minutiae;
  uint8_t bytes[512];
  size_t length = 0, count = 0;
  uint8_t standard;

  two[0] = two[1] = template;
  for (standard = VANTAY_STANDARD_ISO2005; standard <= VANTAY_STANDARD_INCITS2009; standard++) {
    EXPECT_STATUS(VANTAY_STATUS_OK, vantay_record_from_templates(standard, two, 2, NULL, 0, &length));
    EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_record_from_templates(standard, two, 2, bytes, length - 1, &length));
    EXPECT_STATUS(VANTAY_STATUS_OK, vantay_record_from_templates(standard, two, 2, bytes, sizeof bytes, &length));
    EXPECT(!memcmp(bytes, "FMR", 4));
    EXPECT_STATUS(VANTAY_STATUS_OK, vantay_record_count(bytes, length, &count));
    EXPECT(count == 2);
    EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_from_record(bytes, length, 1, &again));
    EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_describe(again, &info));
    EXPECT(info.finger == VANTAY_FINGER_LEFT_RING && info.minutia_count == 3 && info.width == 300);
    vantay_template_free(again);
    EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_template_from_record(bytes, length, 2, &again));
    EXPECT(again == NULL);
    EXPECT_STATUS(VANTAY_STATUS_TEMPLATE, vantay_template_from_record(bytes, 30, 0, &again));
  }
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_record_from_templates(standard, two, 2, bytes, sizeof bytes, &length));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_record_count((const uint8_t *)"no record", 9, &count));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_record_from_templates(0, two, 2, bytes, sizeof bytes, &length));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extractor_new(&extractor));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_extract_record(extractor, bytes, length, 0.0, VANTAY_FINGER_LEFT_RING, &again));
  EXPECT(again == NULL && strstr(vantay_last_error(), "no image of the left ring") != NULL);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_record_fingers(bytes, length, NULL, 0, &count));
  EXPECT(count == 0);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_record_fingers((const uint8_t *)"no record", 9, NULL, 0, &count));
  vantay_extractor_free(extractor);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_to_card(template, true, 0, 2, VANTAY_CARD_ORDER_QUALITY, false, bytes,
                                                          sizeof bytes, &length));
  EXPECT(length == 2 * 3);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_from_card(bytes, length, true, VANTAY_FINGER_LEFT_RING, &again));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_minutiae(again, &minutiae, &count));
  /* A tenth of a millimetre is two pixels, and the angle has 64 steps. */
  EXPECT(count == 2 && fabs(minutiae[0].x - 100.0) + fabs(minutiae[1].x - 100.0) < 75.0);
  vantay_template_free(again);
  EXPECT_STATUS(VANTAY_STATUS_TEMPLATE, vantay_template_from_card(bytes, 4, true, 0, &again));
  EXPECT_STATUS(VANTAY_STATUS_TEMPLATE,
                vantay_template_to_card(template, false, 4, 60, VANTAY_CARD_ORDER_XY, false, bytes, sizeof bytes, &length));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_template_to_card(template, false, 0, 60, 5, false, bytes, sizeof bytes, &length));
  vantay_template_free(template);
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

/* Ridges around a point, with a minutia wherever a spiral phase is added; the finger of `seed`, moved right. */
static void draw(uint8_t *pixels, size_t side, size_t stride, unsigned seed, double moved) {
  double places[25][3], x, y, phase;
  unsigned state = seed;
  size_t row, column, i;
  for (i = 0; i < 25; i++) {
    state = state * 1664525u + 1013904223u;
    places[i][0] = 55.0 + 44.0 * (double)(i % 5) + (state >> 8) % 30;
    places[i][1] = 55.0 + 44.0 * (double)(i / 5) + (state >> 16) % 30;
    places[i][2] = (state >> 30) % 2 ? 1.0 : -1.0;
  }
  for (row = 0; row < side; row++) {
    for (column = 0; column < side; column++) {
      x = (double)column - moved;
      y = (double)row;
      phase = 0.7 * sqrt((x - 150.0) * (x - 150.0) + 0.6 * (y - 230.0) * (y - 230.0));
      for (i = 0; i < 25; i++) phase += places[i][2] * atan2(y - places[i][1], x - places[i][0]);
      pixels[row * stride + column] = (uint8_t)(128.0 - 90.0 * cos(phase));
    }
  }
}

static void an_image_gives_a_template_that_finds_its_mate(void) {
  enum { SIDE = 320, STRIDE = 400 };
  uint8_t *image = calloc(STRIDE, SIDE);
  uint8_t bytes[2][VANTAY_TEMPLATE_MAX_BYTES];
  size_t length[2] = {0, 0};
  vantay_extractor *extractor = NULL;
  vantay_template *finger = NULL, *padded = NULL, *mate = NULL, *other = NULL;
  vantay_template_info info;
  double mated = 0.0, again = 0.0, non_mated = 0.0;

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extractor_new(&extractor));
  draw(image, SIDE, SIDE, 1, 0.0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extract_raw(extractor, image, SIDE * SIDE, SIDE, SIDE, 0, 500.0,
                                                     VANTAY_FINGER_LEFT_THUMB, &finger));
  draw(image, SIDE, SIDE, 1, 9.0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extract_raw(extractor, image, SIDE * SIDE, SIDE, SIDE, SIDE, 500.0, 0, &mate));
  draw(image, SIDE, SIDE, 2, 0.0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extract_raw(extractor, image, SIDE * SIDE, SIDE, SIDE, 0, 500.0, 0, &other));
  memset(image, 77, STRIDE * SIDE);
  draw(image, SIDE, STRIDE, 1, 0.0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_extract_raw(extractor, image, STRIDE * SIDE, SIDE, SIDE, STRIDE, 500.0,
                                                     VANTAY_FINGER_LEFT_THUMB, &padded));

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_describe(finger, &info));
  EXPECT(info.minutia_count > 10 && info.width == SIDE && info.height == SIDE);
  EXPECT(info.finger == VANTAY_FINGER_LEFT_THUMB && info.extractor == vantay_extractor_version());
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_to_bytes(finger, bytes[0], sizeof bytes[0], &length[0]));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_to_bytes(padded, bytes[1], sizeof bytes[1], &length[1]));
  EXPECT(length[0] == length[1] && !memcmp(bytes[0], bytes[1], length[0]));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_verify(finger, mate, &mated));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_verify(mate, finger, &again));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_verify(finger, other, &non_mated));
  EXPECT(mated > 40.0 && mated == again && non_mated < 20.0);
  vantay_template_free(finger);
  vantay_template_free(padded);
  vantay_template_free(mate);
  vantay_template_free(other);
  vantay_extractor_free(extractor);
  free(image);
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

/* Any number of different fingers, each the same every time. */
static vantay_template *finger_of(unsigned seed, uint8_t finger) {
  vantay_minutia minutiae[40];
  vantay_template *template = NULL;
  unsigned state = seed * 2654435761u + 1u, i;
  for (i = 0; i < 40; i++) {
    state = state * 1664525u + 1013904223u;
    minutiae[i].x = (float)(20 + (state >> 8) % 280);
    minutiae[i].y = (float)(20 + (state >> 20) % 360);
    state = state * 1664525u + 1013904223u;
    minutiae[i].direction = (float)((state >> 8) % 628) / 100.0f;
    minutiae[i].kind = (uint8_t)(1 + (state >> 30) % 2);
    minutiae[i].quality = (uint8_t)(50 + i);
  }
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_template_from_minutiae(320, 400, finger, 80, minutiae, 40, &template));
  return template;
}

static vantay_encounter *encounter_of(uint64_t subject, const char *id, unsigned seed) {
  vantay_capture capture = {0};
  vantay_encounter *encounter = NULL;
  vantay_template *template = finger_of(seed, VANTAY_FINGER_RIGHT_INDEX);
  capture.subject = subject;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_id_from_text(id, &capture.id));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_new(&capture, &encounter));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_add_template(encounter, template));
  vantay_template_free(template);
  return encounter;
}

/* Five people, and the first of them once more under another number. */
static void a_gallery_keeps_finds_and_compares(const char *directory) {
  const unsigned seeds[6] = {1, 2, 3, 4, 5, 1};
  const uint64_t subjects[6] = {11, 12, 13, 14, 15, 99};
  char id[8] = "visit-?";
  vantay_encounter *encounters[6], *kept = NULL;
  const vantay_encounter *given[6];
  const vantay_template *probes[1];
  vantay_writer *writer = NULL, *second = NULL;
  vantay_gallery *gallery = NULL, *later = NULL;
  vantay_gallery_info info;
  vantay_appended done;
  vantay_capture capture;
  vantay_candidates *candidates = NULL;
  const vantay_candidate *found = NULL;
  vantay_identify_options identify;
  vantay_dedup_options dedup;
  vantay_duplicates *duplicates = NULL;
  vantay_dedup_summary summary;
  const vantay_pair *pairs = NULL;
  const uint64_t *group = NULL;
  vantay_template *probe = finger_of(3, VANTAY_FINGER_UNKNOWN), *stranger = finger_of(1000, VANTAY_FINGER_UNKNOWN);
  size_t i, count = 0, index = 0, indices[2] = {0, 0};
  bool was_there = false;

  EXPECT_STATUS(VANTAY_STATUS_IO, vantay_gallery_open(directory, &gallery));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_create(engine(), directory, &writer));
  EXPECT_STATUS(VANTAY_STATUS_LOCKED, vantay_writer_open(engine(), directory, &second));
  EXPECT(second == NULL && strstr(vantay_last_error(), directory) != NULL);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_open(directory, &gallery));
  for (i = 0; i < 6; i++) {
    id[6] = (char)('0' + i);
    given[i] = encounters[i] = encounter_of(subjects[i], id, seeds[i]);
  }
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_append(writer, given, 6, &done));
  EXPECT(done.inserted == 6 && done.repeated == 0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_append(writer, given + 2, 2, &done));
  EXPECT(done.inserted == 0 && done.repeated == 2);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_append(writer, NULL, 0, NULL));
  given[1] = NULL;
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_writer_append(writer, given, 2, &done));
  EXPECT(strstr(vantay_last_error(), "encounters[1]") != NULL);

  /* What was open before has not changed; what is opened now has it all. */
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_describe(gallery, &info));
  EXPECT(info.encounters == 0 && info.fingers == 0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_snapshot(writer, &later));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_describe(later, &info));
  EXPECT(info.encounters == 6 && info.fingers == 6 && info.bytes > 6 * 300);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_capture(encounters[4], &capture));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_by_encounter(later, &capture.id, &index));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_encounter(later, index, &kept));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_capture(kept, &capture));
  EXPECT(capture.subject == 15);
  vantay_encounter_free(kept);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_gallery_encounter(later, 6, &kept));
  EXPECT(kept == NULL);
  memset(&capture.id, 7, sizeof capture.id);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_by_encounter(later, &capture.id, &index));
  EXPECT(index == VANTAY_NONE);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_by_subject(later, 13, indices, 2, &count));
  EXPECT(count == 1);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_by_subject(later, 1, NULL, 0, &count));
  EXPECT(count == 0);

  probes[0] = probe;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_identify(engine(), later, probes, 1, NULL, &candidates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_candidates_items(candidates, &found, &count));
  EXPECT(count == 1 && found[0].subject == 13 && found[0].index == indices[0] && found[0].score > 40.0);
  vantay_candidates_free(candidates);
  probes[0] = stranger;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_identify(engine(), later, probes, 1, NULL, &candidates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_candidates_items(candidates, &found, &count));
  EXPECT(count == 0);
  vantay_candidates_free(candidates);
  EXPECT(!vantay_is_extrapolated(40.0) && vantay_is_extrapolated(40.1));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_identify_defaults(&identify));
  EXPECT(identify.false_matches > 0.0 && identify.limit > 0);
  identify.false_matches = 0.0;
  identify.threshold = 0.0;
  identify.limit = 4;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_identify_encounter(engine(), later, encounters[3], &identify, &candidates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_candidates_items(candidates, &found, &count));
  EXPECT(count == 4 && found[0].subject == 14 && found[0].score >= found[1].score);
  vantay_candidates_free(candidates);
  identify.tags_all = 1;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_identify_encounter(engine(), later, encounters[3], &identify, &candidates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_candidates_items(candidates, &found, &count));
  EXPECT(count == 0);
  vantay_candidates_free(candidates);
  identify.tags_all = 0;
  identify.tags_none = 1;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_identify_encounter(engine(), later, encounters[3], &identify, &candidates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_candidates_items(candidates, &found, &count));
  EXPECT(count == 4 && found[0].subject == 14);
  vantay_candidates_free(candidates);
  identify.limit = 0;
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_identify_encounter(engine(), later, encounters[3], &identify, &candidates));
  EXPECT(strstr(vantay_last_error(), "the limit is 0") != NULL);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_identify(engine(), later, NULL, 0, NULL, &candidates));
  EXPECT(candidates == NULL && strstr(vantay_last_error(), "no finger with a template") != NULL);
  identify.limit = 4;
  identify.threshold = NAN;
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_identify_encounter(engine(), later, encounters[3], &identify, &candidates));
  EXPECT(candidates == NULL);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_dedup(engine(), later, NULL, &duplicates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_duplicates_summary(duplicates, &summary));
  EXPECT(summary.pairs == 1 && summary.groups == 1 && summary.comparisons == 15);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_duplicates_pairs(duplicates, &pairs, &count));
  EXPECT(count == 1 && pairs[0].subjects[0] == 11 && pairs[0].subjects[1] == 99 && pairs[0].count == 1);
  EXPECT(pairs[0].score >= summary.threshold);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_duplicates_group(duplicates, 0, &group, &count));
  EXPECT(count == 2 && group[0] == 11 && group[1] == 99);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_duplicates_group(duplicates, 1, &group, &count));
  vantay_duplicates_free(duplicates);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_dedup_defaults(&dedup));
  dedup.false_matches = 0.0;
  dedup.threshold = 1e9;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_dedup(engine(), later, &dedup, &duplicates));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_duplicates_summary(duplicates, &summary));
  EXPECT(summary.pairs == 0 && summary.threshold == 1e9);
  vantay_duplicates_free(duplicates);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_delete_subject(writer, 99, &was_there));
  EXPECT(was_there);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_encounter_capture(encounters[0], &capture));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_delete_encounter(writer, &capture.id, NULL));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_delete_encounter(writer, &capture.id, &was_there));
  EXPECT(!was_there);
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_writer_append(writer, given, 1, NULL));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_update(writer, given, 1));
  vantay_gallery_free(gallery);
  vantay_gallery_free(later);
  vantay_writer_free(writer);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_open(engine(), directory, &writer));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_snapshot(writer, &later));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_describe(later, &info));
  EXPECT(info.encounters == 5);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_verify(directory));
  EXPECT_STATUS(VANTAY_STATUS_IO, vantay_writer_create(engine(), "/dev/null/gallery", &second));
  vantay_gallery_free(later);
  vantay_writer_free(writer);
  for (i = 0; i < 6; i++) vantay_encounter_free(encounters[i]);
  vantay_template_free(probe);
  vantay_template_free(stranger);
}

/* A path beside the gallery's directory. */
static const char *beside(const char *directory, const char *end) {
  static char path[4096];
  snprintf(path, sizeof path, "%s.%s", directory, end);
  return path;
}

static void a_gallery_is_copied_by_its_key_alone_and_merged_without_its_dead(const char *directory) {
  vantay_audit *audit = NULL;
  char head[256];
  size_t length = 0;
  vantay_key key = {{1, 2, 3}}, other = {{9}};
  vantay_writer *writer = NULL;
  vantay_gallery *gallery = NULL;
  vantay_gallery_info info;
  vantay_merged merged;
  vantay_appended done;
  char file[4096], lines[4096];
  snprintf(file, sizeof file, "%s", beside(directory, "backup"));
  snprintf(lines, sizeof lines, "%s", beside(directory, "lines"));

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_open(directory, &gallery));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_describe(gallery, &info));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_backup(directory, file, &key));
  EXPECT_STATUS(VANTAY_STATUS_IO, vantay_gallery_backup(directory, file, &key));
  EXPECT_STATUS(VANTAY_STATUS_DAMAGED, vantay_gallery_restore(file, beside(directory, "back"), &other));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_restore(file, beside(directory, "back"), &key));
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_gallery_restore(file, beside(directory, "back"), &key));
  EXPECT_STATUS(VANTAY_STATUS_NULL_ARGUMENT, vantay_gallery_backup(directory, file, NULL));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_export(gallery, lines, NULL));

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_create(engine(), beside(directory, "nation"), &writer));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_merge(writer, directory, true, &merged));
  EXPECT(merged.inserted == info.encounters && merged.encounter_clashes == 0);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_delete_subject(writer, 12, NULL));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_compact(writer));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_merge(writer, directory, true, &merged));
  EXPECT(merged.inserted == 0 && merged.dead <= 1);
  vantay_writer_free(writer);

  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_create(engine(), beside(directory, "in"), &writer));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_create(beside(directory, "imports"), &audit));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_import(writer, lines, NULL, audit, 7, &done));
  EXPECT(done.inserted == info.encounters && done.repeated == 0);
  /* "name entries hash": an entry for each. */
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_head(audit, head, sizeof head, &length));
  EXPECT(strchr(head, ' ') != NULL && strtoul(strchr(head, ' '), NULL, 10) == info.encounters);
  vantay_audit_free(audit);
  vantay_writer_free(writer);
  vantay_gallery_free(gallery);
}

static void what_was_asked_is_recorded_and_a_changed_record_is_found(const char *directory) {
  vantay_audit *audit = NULL;
  vantay_gallery *gallery = NULL;
  vantay_audit_event events[2] = {{"identify", 7, NULL, NULL, 1}, {"candidate", 7, NULL, NULL, 1}};
  uint64_t subject = 12;
  size_t length = 0;
  char head[256], folder[4096];
  snprintf(folder, sizeof folder, "%s", beside(directory, "audit"));
  events[1].subject = &subject;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_open(directory, &gallery));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_create(folder, &audit));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_record(audit, gallery, events, 2));
  events[0].action = "nonsense";
  EXPECT_STATUS(VANTAY_STATUS_ARGUMENT, vantay_audit_record(audit, NULL, events, 1));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_head(audit, NULL, 0, &length));
  EXPECT(length > 64 && length < sizeof head);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_head(audit, head, sizeof head, &length));
  EXPECT(strlen(head) == length);
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_check(folder, NULL));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_check(folder, head));
  head[length - 1] = head[length - 1] == '0' ? '1' : '0';
  EXPECT_STATUS(VANTAY_STATUS_DAMAGED, vantay_audit_check(folder, head));
  vantay_audit_free(audit);
  vantay_gallery_free(gallery);
}

/* A fork has none of the threads that search: it gets its own, and no writer. */
static void a_fork_searches_too_and_may_not_write(const char *directory) {
#ifdef __linux__
  vantay_gallery *gallery = NULL;
  vantay_writer *writer = NULL;
  vantay_duplicates *duplicates = NULL;
  int status = -1;
  pid_t child;
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_open(directory, &gallery));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_open(engine(), directory, &writer));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_dedup(engine(), gallery, NULL, &duplicates));
  vantay_duplicates_free(duplicates);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    /* Waiting for ever would end here. */
    alarm(60);
    if (vantay_dedup(engine(), gallery, NULL, &duplicates) != VANTAY_STATUS_OK) _exit(1);
    if (vantay_writer_compact(writer) != VANTAY_STATUS_ARGUMENT) _exit(2);
    _exit(0);
  }
  EXPECT(child > 0 && waitpid(child, &status, 0) == child);
  EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  vantay_writer_free(writer);
  vantay_gallery_free(gallery);
#else
  (void)directory;
#endif
}

#ifdef __linux__
/* What threads of the parent do while it forks. */
struct work {
  const vantay_gallery *gallery;
  const vantay_writer *writer;
  const vantay_audit *audit;
};

static const vantay_audit_event asked = {"dedup", 7, NULL, NULL, 1};

static volatile sig_atomic_t stopped;

static void *search_on(void *work) {
  vantay_duplicates *duplicates = NULL;
  while (!stopped)
    if (vantay_dedup(shared_engine, ((struct work *)work)->gallery, NULL, &duplicates) == VANTAY_STATUS_OK)
      vantay_duplicates_free(duplicates);
  return NULL;
}

static void *record_on(void *work) {
  while (!stopped) vantay_audit_record(((struct work *)work)->audit, NULL, &asked, 1);
  return NULL;
}

static void *append_on(void *work) {
  vantay_encounter *encounter = encounter_of(11, "visit-0", 1);
  const vantay_encounter *one = encounter;
  while (!stopped) vantay_writer_append(((struct work *)work)->writer, &one, 1, NULL);
  vantay_encounter_free(encounter);
  return NULL;
}

/* 0 where everything that a fork does ends, and as it should. */
static int forked(struct work *work) {
  vantay_duplicates *duplicates = NULL;
  vantay_encounter *encounter = encounter_of(11, "visit-0", 1);
  const vantay_encounter *one = encounter;
  if (vantay_dedup(shared_engine, work->gallery, NULL, &duplicates) != VANTAY_STATUS_OK) return 1;
  if (vantay_writer_append(work->writer, &one, 1, NULL) != VANTAY_STATUS_ARGUMENT) return 2;
  if (vantay_writer_compact(work->writer) != VANTAY_STATUS_ARGUMENT) return 3;
  if (vantay_audit_record(work->audit, NULL, &asked, 1) != VANTAY_STATUS_ARGUMENT) return 4;
  vantay_duplicates_free(duplicates);
  vantay_encounter_free(encounter);
  vantay_writer_free((vantay_writer *)work->writer);
  vantay_audit_free((vantay_audit *)work->audit);
  vantay_engine_free(shared_engine);
  return 0;
}
#endif

/* Whatever locks the parent's threads hold when it forks, the child waits for none of them. */
static void a_fork_in_the_midst_of_work_never_waits_for_ever(const char *directory) {
#ifdef __linux__
  void *(*const jobs[3])(void *) = {search_on, record_on, append_on};
  pthread_t threads[3];
  vantay_gallery *gallery = NULL;
  vantay_writer *writer = NULL;
  vantay_audit *audit = NULL;
  struct work work;
  /* VANTAY_FORKS asks for fewer, or none: valgrind runs one thread at a time. */
  const char *asked_for = getenv("VANTAY_FORKS");
  int status, i, fine = 0, forks = asked_for != NULL ? atoi(asked_for) : 100;
  if (forks == 0) {
    printf("skipped: no forks amid work, VANTAY_FORKS is 0\n");
    return;
  }
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_gallery_open(directory, &gallery));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_writer_open(engine(), directory, &writer));
  EXPECT_STATUS(VANTAY_STATUS_OK, vantay_audit_create(beside(directory, "forks"), &audit));
  work.gallery = gallery;
  work.writer = writer;
  work.audit = audit;
  fflush(stdout);
  for (i = 0; i < 3; i++) EXPECT(pthread_create(&threads[i], NULL, jobs[i], &work) == 0);
  for (i = 0; i < forks; i++) {
    pid_t child = fork();
    if (child == 0) {
      alarm(60);
      _exit(forked(&work));
    }
    status = -1;
    if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      fine++;
    } else {
      printf("fork %d ended with %d\n", i, status);
    }
  }
  EXPECT(fine == forks);
  stopped = 1;
  for (i = 0; i < 3; i++) EXPECT(pthread_join(threads[i], NULL) == 0);
  vantay_writer_free(writer);
  vantay_audit_free(audit);
  vantay_gallery_free(gallery);
#else
  (void)directory;
#endif
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: abi DIRECTORY (where there is no gallery yet)\n");
    return 2;
  }
  every_build_tells_what_it_is();
  an_engine_has_the_threads_that_were_asked_for();
  every_status_has_its_number_and_name();
  a_template_survives_its_bytes();
  a_template_survives_records_and_cards();
  what_is_no_template_is_refused_and_leaves_nothing_to_free();
  null_is_refused_by_name();
  images_that_cannot_be_used_are_refused();
  an_image_gives_a_template_that_finds_its_mate();
  an_encounter_keeps_what_it_is_given();
  a_gallery_keeps_finds_and_compares(argv[1]);
  a_gallery_is_copied_by_its_key_alone_and_merged_without_its_dead(argv[1]);
  what_was_asked_is_recorded_and_a_changed_record_is_found(argv[1]);
  a_fork_searches_too_and_may_not_write(argv[1]);
  a_fork_in_the_midst_of_work_never_waits_for_ever(argv[1]);
  vantay_engine_free(shared_engine);
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
