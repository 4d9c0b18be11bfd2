/*
 * Enrols people and finds out who somebody is.
 *
 *   enroll_identify GALLERY PPI NAME=IMAGE... -- IMAGE...
 *
 * Before `--`: a person's name (a number, or any text) and an image of one of their fingers; they go into the gallery, a
 * directory that is made where it is not there. After it: images of somebody; who is it? Prints a line each.
 *
 *   cc -std=c99 enroll_identify.c $(pkg-config --cflags --libs vantay) -o enroll_identify
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vantay.h"

/* The first failure ends the program, with what the library says about it. */
static void check(vantay_status status, const char *what) {
  if (status == VANTAY_STATUS_OK) return;
  fprintf(stderr, "%s: %s (%s)\n", what, vantay_last_error(), vantay_status_name(status));
  exit(1);
}

static void enrol(const vantay_extractor *extractor, const vantay_writer *writer, const char *argument, double ppi) {
  const char *image = strchr(argument, '=');
  char name[256];
  vantay_capture capture = {0};
  vantay_template *finger = NULL;
  vantay_encounter *encounter = NULL;
  const vantay_encounter *one;
  vantay_appended done;

  if (image == NULL || (size_t)(image - argument) >= sizeof name) {
    fprintf(stderr, "%s: NAME=IMAGE is wanted\n", argument);
    exit(2);
  }
  memcpy(name, argument, (size_t)(image - argument));
  name[image - argument] = '\0';
  image++;

  check(vantay_extract_file(extractor, image, ppi, VANTAY_FINGER_UNKNOWN, &finger), image);
  check(vantay_subject_from_text(name, &capture.subject), name);
  check(vantay_encounter_id_from_text(image, &capture.id), image);
  check(vantay_encounter_new(&capture, &encounter), name);
  check(vantay_encounter_add_template(encounter, finger), name);
  one = encounter;
  check(vantay_writer_append(writer, &one, 1, &done), name);
  printf("%s: %s as subject %llu\n", image, done.inserted ? "enrolled" : "was enrolled already",
         (unsigned long long)capture.subject);
  vantay_encounter_free(encounter);
  vantay_template_free(finger);
}

static void identify(const vantay_engine *engine, const vantay_extractor *extractor, const vantay_gallery *gallery,
                     const char *image, double ppi) {
  vantay_template *finger = NULL;
  const vantay_template *one;
  vantay_candidates *candidates = NULL;
  const vantay_candidate *items = NULL;
  size_t count = 0, i;

  check(vantay_extract_file(extractor, image, ppi, VANTAY_FINGER_UNKNOWN, &finger), image);
  one = finger;
  check(vantay_identify(engine, gallery, &one, 1, NULL, &candidates), image);
  check(vantay_candidates_items(candidates, &items, &count), image);
  if (count == 0) printf("%s: nobody\n", image);
  for (i = 0; i < count; i++)
    printf("%s: subject %llu, %.1f dB\n", image, (unsigned long long)items[i].subject, items[i].score);
  vantay_candidates_free(candidates);
  vantay_template_free(finger);
}

int main(int argc, char **argv) {
  vantay_engine *engine = NULL;
  vantay_extractor *extractor = NULL;
  vantay_writer *writer = NULL;
  vantay_gallery *gallery = NULL;
  vantay_status status;
  double ppi;
  int i = 3;

  if (argc < 4) {
    fprintf(stderr, "usage: enroll_identify GALLERY PPI NAME=IMAGE... -- IMAGE...   (a PPI of 0: the image's own)\n");
    return 2;
  }
  ppi = atof(argv[2]);
  check(vantay_engine_new(0, &engine), "engine");
  check(vantay_extractor_new(&extractor), "extractor");

  status = vantay_writer_open(engine, argv[1], &writer);
  if (status == VANTAY_STATUS_IO) status = vantay_writer_create(engine, argv[1], &writer); /* there is none yet */
  check(status, argv[1]);
  for (; i < argc && strcmp(argv[i], "--") != 0; i++) enrol(extractor, writer, argv[i], ppi);
  vantay_writer_free(writer);

  check(vantay_gallery_open(argv[1], &gallery), argv[1]);
  for (i++; i < argc; i++) identify(engine, extractor, gallery, argv[i], ppi);
  vantay_gallery_free(gallery);
  vantay_extractor_free(extractor);
  vantay_engine_free(engine);
  return 0;
}
