/*
 * vantay: fingerprint extraction, matching, search and deduplication. The C ABI.
 *
 * Made by cbindgen from bindings/c/src; not to be edited by hand.
 *
 * Status. A function that can fail returns a vantay_status: VANTAY_STATUS_OK (0), or what kind of trouble it was. Then
 * vantay_last_error() tells the calling thread in words what was wrong with what, and what to do. No call ever ends the
 * process or lets an exception out.
 *
 * Results go where the last arguments point, and only on success; a handle there is set to NULL first, so that after a
 * failure there is nothing to free.
 *
 * Handles (pointers to types that are only named here) are made by ..._new, ..._open, ..._create, ..._from_... and the
 * like, belong to the caller, and are given back once to the ..._free of their type, which takes NULL too. Nothing else
 * that a function returns is to be freed: text and arrays belong to the handle they came from and stay as long as it does.
 * A function keeps none of the pointers that it is given, unless it says so.
 *
 * Pointers. Each must be NULL (refused with VANTAY_STATUS_NULL_ARGUMENT, unless it is said to be allowed) or lead to what
 * its type says, which nobody else may change during the call; an array comes with its number of elements, and may be
 * NULL when that is 0. Text ends with a NUL and is UTF-8; paths are the file system's own bytes on Unix and UTF-8 on
 * Windows.
 *
 * Threads. Any function may be called from any thread. A handle that a function takes as const may be used by several
 * threads at once (what changes inside is locked); one that it takes without const, by nobody else during the call.
 *
 * Forks. What works in parallel is given the engine whose threads do it. In a process that was forked since, an engine starts
 * threads anew, an extractor works, and writers and audit chains are refused (VANTAY_STATUS_ARGUMENT): nothing waits for a
 * thread that is not there.
 *
 * The numbers of statuses, fingers, kinds and exceptions never change. Before version 1.0 the rest may, with the minor
 * version, which is part of the shared library's name (libvantay.so.0.1).
 */


#ifndef VANTAY_H
#define VANTAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * An index that says: there is none.
 */
#define VANTAY_NONE SIZE_MAX

/**
 * The most fingers that an encounter has.
 */
#define VANTAY_ENCOUNTER_MAX_FINGERS 255

/**
 * The most bytes that an encounter's blob has.
 */
#define VANTAY_ENCOUNTER_MAX_BLOB 4096



/**
 * The native bytes of a template are never more than this.
 */
#define VANTAY_TEMPLATE_MAX_BYTES (((16 + (255 * (8 + 16))) + 520) + 4)

/**
 * What became of a call. The numbers never change; later versions may add some.
 */
enum vantay_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Done.
   */
  VANTAY_STATUS_OK = 0,
  /**
   * An argument is outside what the call takes.
   */
  VANTAY_STATUS_ARGUMENT = 1,
  /**
   * The image cannot be used: format, size, ppi, or nothing on it.
   */
  VANTAY_STATUS_IMAGE = 2,
  /**
   * Bytes that are not a template.
   */
  VANTAY_STATUS_TEMPLATE = 3,
  /**
   * Templates whose extractors cannot be compared.
   */
  VANTAY_STATUS_INCOMPATIBLE = 4,
  /**
   * A damaged, foreign or newer gallery file.
   */
  VANTAY_STATUS_DAMAGED = 5,
  /**
   * A gallery that another writer holds.
   */
  VANTAY_STATUS_LOCKED = 6,
  /**
   * The operating system refused: no such file, no space, no right.
   */
  VANTAY_STATUS_IO = 7,
  /**
   * A manifest line that is wrong.
   */
  VANTAY_STATUS_MANIFEST = 8,
  /**
   * A pointer that may not be NULL is NULL.
   */
  VANTAY_STATUS_NULL_ARGUMENT = 100,
  /**
   * A fault in this library, caught before it could reach the caller. Please report it. The handles of that call may
   * be freed and used no further.
   */
  VANTAY_STATUS_PANIC = 101,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum vantay_status vantay_status;
#else
typedef int32_t vantay_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which finger (ANSI/NIST-ITL 1-2011 table 8; ISO/IEC 19794-2:2005 table 2). Functions take the code as a byte.
 */
enum vantay_finger
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  VANTAY_FINGER_UNKNOWN = 0,
  VANTAY_FINGER_RIGHT_THUMB = 1,
  VANTAY_FINGER_RIGHT_INDEX = 2,
  VANTAY_FINGER_RIGHT_MIDDLE = 3,
  VANTAY_FINGER_RIGHT_RING = 4,
  VANTAY_FINGER_RIGHT_LITTLE = 5,
  VANTAY_FINGER_LEFT_THUMB = 6,
  VANTAY_FINGER_LEFT_INDEX = 7,
  VANTAY_FINGER_LEFT_MIDDLE = 8,
  VANTAY_FINGER_LEFT_RING = 9,
  VANTAY_FINGER_LEFT_LITTLE = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum vantay_finger vantay_finger;
#else
typedef uint8_t vantay_finger;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a minutia is (ISO/IEC 19794-2:2005, 6.3).
 */
enum vantay_minutia_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Not told, or neither.
   */
  VANTAY_MINUTIA_KIND_UNKNOWN = 0,
  /**
   * A ridge ends.
   */
  VANTAY_MINUTIA_KIND_ENDING = 1,
  /**
   * A ridge forks.
   */
  VANTAY_MINUTIA_KIND_BIFURCATION = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum vantay_minutia_kind vantay_minutia_kind;
#else
typedef uint8_t vantay_minutia_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a finger has no template.
 */
enum vantay_exception
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The finger is not there.
   */
  VANTAY_EXCEPTION_AMPUTATED = 1,
  /**
   * It is bandaged or injured.
   */
  VANTAY_EXCEPTION_BANDAGED = 2,
  /**
   * It was not captured, for whatever reason.
   */
  VANTAY_EXCEPTION_NOT_CAPTURED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum vantay_exception vantay_exception;
#else
typedef uint8_t vantay_exception;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The standard of a minutiae record. Functions take the number as a byte.
 */
enum vantay_standard
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * ISO/IEC 19794-2:2005, record format.
   */
  VANTAY_STANDARD_ISO2005 = 0,
  /**
   * ISO/IEC 19794-2:2011.
   */
  VANTAY_STANDARD_ISO2011 = 1,
  /**
   * ANSI INCITS 378-2004.
   */
  VANTAY_STANDARD_INCITS2004 = 2,
  /**
   * ANSI INCITS 378-2009.
   */
  VANTAY_STANDARD_INCITS2009 = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum vantay_standard vantay_standard;
#else
typedef uint8_t vantay_standard;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The order of the minutiae that a chip card asks for. Functions take the number as a byte.
 */
enum vantay_card_order
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The best first.
   */
  VANTAY_CARD_ORDER_QUALITY = 0,
  /**
   * By x, then by y.
   */
  VANTAY_CARD_ORDER_XY = 1,
  /**
   * By y, then by x.
   */
  VANTAY_CARD_ORDER_YX = 2,
  /**
   * By the angle.
   */
  VANTAY_CARD_ORDER_ANGLE = 3,
  /**
   * By the distance from the centre of mass.
   */
  VANTAY_CARD_ORDER_POLAR = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum vantay_card_order vantay_card_order;
#else
typedef uint8_t vantay_card_order;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The audit chain of this process. Threads may share it; they wait for each other.
 */
typedef struct vantay_audit vantay_audit;

/**
 * The candidates of an identification.
 */
typedef struct vantay_candidates vantay_candidates;

/**
 * What a deduplication found.
 */
typedef struct vantay_duplicates vantay_duplicates;

/**
 * A person at one time and place: a capture, and its fingers.
 */
typedef struct vantay_encounter vantay_encounter;

/**
 * Threads that search, deduplicate and prepare templates; nothing about them is global.
 * Any number of threads may use one engine at once. In a process that was forked since, it starts threads anew.
 */
typedef struct vantay_engine vantay_engine;

/**
 * The network and its scratch memory. Threads may share one, but then wait for each other: for speed, one a thread.
 */
typedef struct vantay_extractor vantay_extractor;

/**
 * A gallery to read and search in, as it was when it was opened: whatever a writer does, in this process or another one,
 * it stays as it is. Any number of threads may use it at once.
 */
typedef struct vantay_gallery vantay_gallery;

/**
 * One finger as minutiae. It never changes, so any number of threads may use it at once.
 */
typedef struct vantay_template vantay_template;

/**
 * The one who may change a gallery. Threads may share it: appends of several go to the disk together, other changes wait for
 * each other.
 */
typedef struct vantay_writer vantay_writer;

/**
 * An id of the caller's, 16 bytes: a UUID fits.
 */
typedef struct vantay_encounter_id {
  /**
   * As they are.
   */
  uint8_t bytes[16];
} vantay_encounter_id;

/**
 * What was asked for, by whom, of what. Numbers and ids only.
 */
typedef struct vantay_audit_event {
  /**
   * "identify", "candidate", "dedup", "duplicate", "enroll", "update", "delete-encounter", "delete-subject", "compact",
   * "merge", "backup", "restore", "export", "import" or "reextract".
   */
  const char *action;
  /**
   * The caller's code of who asked; 0 where not told.
   */
  uint32_t operator_code;
  /**
   * About whom, or NULL.
   */
  const uint64_t *subject;
  /**
   * About which capture, or NULL.
   */
  const struct vantay_encounter_id *encounter;
  /**
   * How many records it is about.
   */
  uint64_t count;
} vantay_audit_event;

/**
 * Whose encounter it is, and what is told of it. Zero it, then set `subject` and `id`, and what else is known.
 */
typedef struct vantay_capture {
  /**
   * Whose: an opaque number of the caller's.
   */
  uint64_t subject;
  /**
   * Which capture: a second insert of an id is no second record.
   */
  struct vantay_encounter_id id;
  /**
   * Seconds since 1970-01-01 UTC; 0 where not told.
   */
  int64_t captured_at;
  /**
   * An opaque code of the station; 0 where not told.
   */
  uint32_t station_code;
  /**
   * An opaque code of the operator; 0 where not told.
   */
  uint32_t operator_code;
  /**
   * Sixteen opaque bits of the caller's.
   */
  uint16_t tags;
} vantay_capture;

/**
 * A finger of an encounter.
 */
typedef struct vantay_finger_info {
  /**
   * A `vantay_finger`.
   */
  uint8_t finger;
  /**
   * 0 where there is a template, or else a `vantay_exception`.
   */
  uint8_t exception;
  /**
   * Of the template, 0 to 100; 0 where there is none.
   */
  uint8_t quality;
} vantay_finger_info;

/**
 * What an append did.
 */
typedef struct vantay_appended {
  /**
   * Encounters that were not there and now are.
   */
  size_t inserted;
  /**
   * Encounters that were already there with the very same content.
   */
  size_t repeated;
} vantay_appended;

/**
 * What a merge did.
 */
typedef struct vantay_merged {
  /**
   * Encounters that were not here and now are.
   */
  size_t inserted;
  /**
   * Encounters in place of an older copy.
   */
  size_t updated;
  /**
   * Encounters that were here, the same or newer.
   */
  size_t kept;
  /**
   * Encounters that are dead here: deleted at a later time than the copy bears.
   */
  size_t dead;
  /**
   * Encounters that the other gallery knows as deleted, and that were still here.
   */
  size_t deleted;
  /**
   * How many subject numbers were given by different galleries.
   */
  size_t subject_clashes;
  /**
   * How many encounters of one id are of different people: those here stay.
   */
  size_t encounter_clashes;
} vantay_merged;

/**
 * A key of 256 random bits, for backups and exports.
 */
typedef struct vantay_key {
  /**
   * The bits.
   */
  uint8_t bytes[32];
} vantay_key;

/**
 * What a gallery is made of.
 */
typedef struct vantay_gallery_info {
  /**
   * Encounters that are there.
   */
  uint64_t encounters;
  /**
   * Captured fingers that are there.
   */
  uint64_t fingers;
  /**
   * Bytes of all files.
   */
  uint64_t bytes;
  /**
   * One more with each new set of files.
   */
  uint64_t generation;
  /**
   * The format's version.
   */
  uint16_t format;
} vantay_gallery_info;

/**
 * What an identification returns.
 */
typedef struct vantay_identify_options {
  /**
   * More than 0: the threshold is the score that lets so many wrong subjects through in one search of this gallery. 0:
   * `threshold` counts.
   */
  double false_matches;
  /**
   * The score in decibels that a candidate has to reach, where `false_matches` is 0.
   */
  double threshold;
  /**
   * How many candidates at most, the best; 1 or more.
   */
  size_t limit;
  /**
   * Only encounters that bear all of these tag bits are searched.
   */
  uint16_t tags_all;
  /**
   * Only encounters that bear none of these tag bits are searched.
   */
  uint16_t tags_none;
  /**
   * Compares templates of other extractor versions too, by their minutiae: for a gallery that is being extracted again.
   * Such a score is less sure than its decibels say.
   */
  bool across_extractors;
} vantay_identify_options;

/**
 * What a deduplication reports.
 */
typedef struct vantay_dedup_options {
  /**
   * More than 0: the threshold is the score that lets so many false pairs through in the whole job. 0: `threshold`
   * counts.
   */
  double false_matches;
  /**
   * The score in decibels that a pair has to reach, where `false_matches` is 0.
   */
  double threshold;
  /**
   * As in `vantay_identify_options`.
   */
  bool across_extractors;
} vantay_dedup_options;

/**
 * A subject whom the probe may be.
 */
typedef struct vantay_candidate {
  /**
   * Whose record.
   */
  uint64_t subject;
  /**
   * Which: the best encounter of the subject.
   */
  struct vantay_encounter_id encounter;
  /**
   * Its index in the gallery.
   */
  size_t index;
  /**
   * How sure it is, by all fingers together, in decibels.
   */
  double score;
} vantay_candidate;

/**
 * What a deduplication found, in numbers.
 */
typedef struct vantay_dedup_summary {
  /**
   * The score in decibels that a pair had to reach.
   */
  double threshold;
  /**
   * How many pairs of encounters were compared.
   */
  uint64_t comparisons;
  /**
   * How many pairs of subjects were found.
   */
  size_t pairs;
  /**
   * How many groups of subjects they tie together.
   */
  size_t groups;
} vantay_dedup_summary;

/**
 * Two subjects who are one person, it seems.
 */
typedef struct vantay_pair {
  /**
   * The two, the smaller number first.
   */
  uint64_t subjects[2];
  /**
   * Their best-matching encounters, in the same order.
   */
  struct vantay_encounter_id encounters[2];
  /**
   * The indices of these in the gallery.
   */
  size_t indices[2];
  /**
   * The score of these two in decibels.
   */
  double score;
  /**
   * How many pairs of encounters of these two subjects reach the threshold.
   */
  uint64_t count;
} vantay_pair;

/**
 * Where a ridge ends or forks.
 */
typedef struct vantay_minutia {
  /**
   * From the left edge, pixels at 500 ppi, in steps of an eighth.
   */
  float x;
  /**
   * From the top edge, pixels at 500 ppi, in steps of an eighth.
   */
  float y;
  /**
   * Radians, 0 to 2π, counter-clockwise from the positive x axis as seen on the image.
   */
  float direction;
  /**
   * A `vantay_minutia_kind`.
   */
  uint8_t kind;
  /**
   * The chance in per cent that another impression which shows this place has it too, 0 to 100.
   */
  uint8_t quality;
} vantay_minutia;

/**
 * What is known of a template besides its minutiae.
 */
typedef struct vantay_template_info {
  /**
   * Columns of the image at 500 ppi.
   */
  uint16_t width;
  /**
   * Rows of the image at 500 ppi.
   */
  uint16_t height;
  /**
   * Which extractor made it; 0: minutiae from outside.
   */
  uint16_t extractor;
  /**
   * How many minutiae there are, at most 255.
   */
  uint16_t minutia_count;
  /**
   * A `vantay_finger`.
   */
  uint8_t finger;
  /**
   * 0 (nothing usable) to 100.
   */
  uint8_t quality;
} vantay_template_info;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Begins a chain in a directory, which is made where it is not there.
 */
vantay_status vantay_audit_create(const char *directory, struct vantay_audit **audit);

/**
 * Appends entries about a gallery, which may be NULL; returns when they are durable. Record a change before it is made and
 * an answer before it is given.
 *
 * Fails with VANTAY_STATUS_ARGUMENT for an action of no such name, and in a fork; with VANTAY_STATUS_IO where the disk fails,
 * after which a new chain is to be begun.
 */
vantay_status vantay_audit_record(const struct vantay_audit *audit,
                                  const struct vantay_gallery *gallery,
                                  const struct vantay_audit_event *events,
                                  size_t count);

/**
 * How the chain ends now, as text that `vantay_audit_check` takes later: keep it where this process cannot write. The
 * text and its NUL are written where they fit into `capacity`, and `*length` becomes the length without the NUL. `text` may
 * be NULL where `capacity` is 0.
 */
vantay_status vantay_audit_head(const struct vantay_audit *audit,
                                char *text,
                                size_t capacity,
                                size_t *length);

/**
 * Computes every hash of every chain in a directory again. `heads`, one a line, were kept from earlier; NULL for none.
 *
 * Fails with VANTAY_STATUS_DAMAGED for the first entry that does not hold, and for a head that is not there any more.
 */
vantay_status vantay_audit_check(const char *directory, const char *heads);

/**
 * Ends a chain; all its entries are durable already. NULL is allowed.
 */
void vantay_audit_free(struct vantay_audit *audit);

/**
 * The subject number that a text stands for, the same everywhere: a decimal number below 2^63 is itself, any other text
 * gets a number from 2^63 on by its BLAKE3 hash.
 */
vantay_status vantay_subject_from_text(const char *name, uint64_t *subject);

/**
 * An encounter id from any text of the caller's, the same everywhere: a UUID, with or without dashes, is itself, of any other
 * text the id is the first 16 bytes of its BLAKE3 hash.
 */
vantay_status vantay_encounter_id_from_text(const char *name,
                                            struct vantay_encounter_id *id);

/**
 * An encounter without fingers.
 */
vantay_status vantay_encounter_new(const struct vantay_capture *capture, struct vantay_encounter **encounter);

/**
 * Frees an encounter; NULL is allowed.
 */
void vantay_encounter_free(struct vantay_encounter *encounter);

/**
 * Adds a finger that was captured. The template is copied; its finger position is the one it was made with. Several of
 * one position, or of unknown ones, are allowed.
 *
 * Fails with VANTAY_STATUS_ARGUMENT beyond VANTAY_ENCOUNTER_MAX_FINGERS.
 */
vantay_status vantay_encounter_add_template(struct vantay_encounter *encounter,
                                            const struct vantay_template *template_);

/**
 * Adds a finger that has no template, and why: a `vantay_finger` that is not unknown, and a `vantay_exception`.
 *
 * Fails with VANTAY_STATUS_ARGUMENT for other codes, and beyond VANTAY_ENCOUNTER_MAX_FINGERS.
 */
vantay_status vantay_encounter_add_missing(struct vantay_encounter *encounter, uint8_t finger, uint8_t exception_code);

/**
 * Sets the opaque bytes that are kept with the encounter (a reference to the photo, say; no names, no images).
 *
 * Fails with VANTAY_STATUS_ARGUMENT beyond VANTAY_ENCOUNTER_MAX_BLOB.
 */
vantay_status vantay_encounter_set_blob(struct vantay_encounter *encounter, const uint8_t *bytes, size_t length);

/**
 * Whose encounter it is, and what is told of it.
 */
vantay_status vantay_encounter_capture(const struct vantay_encounter *encounter, struct vantay_capture *capture);

/**
 * The opaque bytes that are kept with an encounter. They belong to it and stay until it is changed or freed.
 */
vantay_status vantay_encounter_blob(const struct vantay_encounter *encounter, const uint8_t **bytes, size_t *length);

/**
 * How many fingers an encounter has, with those that are missing.
 */
vantay_status vantay_encounter_finger_count(const struct vantay_encounter *encounter, size_t *count);

/**
 * Which finger stands at `index`, from 0 on.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where there is none.
 */
vantay_status vantay_encounter_finger(const struct vantay_encounter *encounter,
                                      size_t index,
                                      struct vantay_finger_info *info);

/**
 * A copy of the template of the finger at `index`, from 0 on.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where there is none.
 */
vantay_status vantay_encounter_template(const struct vantay_encounter *encounter,
                                        size_t index,
                                        struct vantay_template **template_);

/**
 * Starts an engine of `threads` threads; 0: as many as the CPU has.
 *
 * Fails with VANTAY_STATUS_ARGUMENT for more than 1024, with VANTAY_STATUS_IO where the system starts no threads.
 */
vantay_status vantay_engine_new(size_t threads, struct vantay_engine **engine);

/**
 * How many threads an engine has.
 */
vantay_status vantay_engine_threads(const struct vantay_engine *engine, size_t *threads);

/**
 * Frees an engine; its threads end when the last writer that was opened with it is freed too. NULL is allowed.
 */
void vantay_engine_free(struct vantay_engine *engine);

/**
 * A new extractor.
 */
vantay_status vantay_extractor_new(struct vantay_extractor **extractor);

/**
 * Frees an extractor; NULL is allowed.
 */
void vantay_extractor_free(struct vantay_extractor *extractor);

/**
 * The template of a raw 8-bit grey image: rows from the top, `stride` bytes from the start of one to the start of the
 * next (0: `width`), 0 black to 255 white, dark ridges on a light ground. `length` is the number of bytes at `pixels`,
 * `stride * (height - 1) + width` at least. `ppi` is the resolution of the sensor, pixels per inch; `finger` a
 * `vantay_finger`.
 *
 * Fails with VANTAY_STATUS_IMAGE for an image too small, too large, of a ppi that is not taken or with nothing on it.
 */
vantay_status vantay_extract_raw(const struct vantay_extractor *extractor,
                                 const uint8_t *pixels,
                                 size_t length,
                                 uint32_t width,
                                 uint32_t height,
                                 size_t stride,
                                 double ppi,
                                 uint8_t finger,
                                 struct vantay_template **template_);

/**
 * The template of an image file's bytes: PNG, BMP, TIFF, JPEG or PGM. A `ppi` of 0 takes the file's own; any other is
 * taken instead of it.
 *
 * Fails with VANTAY_STATUS_IMAGE as `vantay_extract_raw`, and for bytes that are no image and for one without a ppi.
 */
vantay_status vantay_extract_encoded(const struct vantay_extractor *extractor,
                                     const uint8_t *bytes,
                                     size_t length,
                                     double ppi,
                                     uint8_t finger,
                                     struct vantay_template **template_);

/**
 * The template of an image file, as `vantay_extract_encoded`.
 *
 * Fails as that does, and with VANTAY_STATUS_IO where the file cannot be read.
 */
vantay_status vantay_extract_file(const struct vantay_extractor *extractor,
                                  const char *file,
                                  double ppi,
                                  uint8_t finger,
                                  struct vantay_template **template_);

/**
 * What went wrong in the last call on this thread that failed, in UTF-8: what was wrong with what, and what to do. Empty
 * where none has failed yet. The text belongs to the library and stays until the next call on this thread fails or the
 * thread ends: copy it to keep it.
 */
const char *vantay_last_error(void);

/**
 * The name of a status ("damaged"), for logs; "unknown" for a number that is none. Static text.
 */
const char *vantay_status_name(int32_t status);

/**
 * How many fingers' minutiae a record holds: ISO/IEC 19794-2, INCITS 378 or ANSI/NIST-ITL Type 9, wrapped in CBEFF or not. 0
 * for a record that holds other things.
 *
 * Fails with VANTAY_STATUS_TEMPLATE for a record that its standard does not allow, with VANTAY_STATUS_ARGUMENT for bytes
 * that are no record.
 */
vantay_status vantay_record_count(const uint8_t *bytes,
                                  size_t length,
                                  size_t *count);

/**
 * The template at `index` of a record, from 0 in its order.
 *
 * Fails as `vantay_record_count`, and with VANTAY_STATUS_ARGUMENT where the record has no such index.
 */
vantay_status vantay_template_from_record(const uint8_t *bytes,
                                          size_t length,
                                          size_t index,
                                          struct vantay_template **template_);

/**
 * Templates as one record of a `vantay_standard`, written to `buffer`; `*length` becomes the number of its bytes. With a
 * `buffer` of NULL only `*length` is set.
 *
 * Fails with VANTAY_STATUS_TEMPLATE where the standard has no room for them, with VANTAY_STATUS_ARGUMENT where `capacity` is
 * too small; `*length` then tells what it takes.
 */
vantay_status vantay_record_from_templates(uint8_t standard,
                                           const struct vantay_template *const *templates,
                                           size_t count,
                                           uint8_t *buffer,
                                           size_t capacity,
                                           size_t *length);

/**
 * The template of what a chip card holds (ISO/IEC 19794-2:2005, clause 8): three bytes a minutia where it is `compact`, else
 * five. The card tells neither the image's size nor the finger; `finger` is a `vantay_finger`.
 *
 * Fails with VANTAY_STATUS_TEMPLATE for bytes that are no such minutiae.
 */
vantay_status vantay_template_from_card(const uint8_t *bytes,
                                        size_t length,
                                        bool compact,
                                        uint8_t finger,
                                        struct vantay_template **template_);

/**
 * A template for a chip card, written to `buffer`: the best `most` minutiae in the order of a `vantay_card_order`, which runs
 * down where it is `descending`; `*length` becomes the number of bytes, never more than 1275. With a `buffer` of NULL
 * only `*length` is set.
 *
 * Fails with VANTAY_STATUS_TEMPLATE for fewer than `least` minutiae, with VANTAY_STATUS_ARGUMENT where `capacity` is too
 * small; `*length` then tells what it takes.
 */
vantay_status vantay_template_to_card(const struct vantay_template *template_,
                                      bool compact,
                                      uint8_t least,
                                      uint8_t most,
                                      uint8_t order,
                                      bool descending,
                                      uint8_t *buffer,
                                      size_t capacity,
                                      size_t *length);

/**
 * Which fingers a record holds images of, each once: a `vantay_finger` a byte, written to `buffer`; `*length` becomes their number,
 * never more than 11. With a `buffer` of NULL only `*length` is set.
 *
 * Fails as `vantay_record_count`, with VANTAY_STATUS_IMAGE for an image's fields that its standard does not allow, and with
 * VANTAY_STATUS_ARGUMENT where `capacity` is too small; `*length` then tells what it takes.
 */
vantay_status vantay_record_fingers(const uint8_t *bytes,
                                    size_t length_of_bytes,
                                    uint8_t *buffer,
                                    size_t capacity,
                                    size_t *length);

/**
 * The template of a finger's image in a record: ISO/IEC 19794-4, INCITS 381, ANSI/NIST-ITL Type 4 or 14; the rolled image where
 * the finger is there plain and rolled. `finger` is a `vantay_finger`, VANTAY_FINGER_UNKNOWN for the only one of a record; a
 * `ppi` other than 0 must be the record's.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where the record has no image of that finger, and as `vantay_extract_encoded`.
 */
vantay_status vantay_extract_record(const struct vantay_extractor *extractor,
                                    const uint8_t *bytes,
                                    size_t length,
                                    double ppi,
                                    uint8_t finger,
                                    struct vantay_template **template_);

/**
 * Makes an empty gallery in a directory, which is made where it is not there. The writer prepares templates on the engine's
 * threads, and keeps them when the engine is freed.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where there is a gallery, with VANTAY_STATUS_IO where it cannot be written.
 */
vantay_status vantay_writer_create(const struct vantay_engine *engine,
                                   const char *directory,
                                   struct vantay_writer **writer);

/**
 * Opens a gallery to change it. The engine as for `vantay_writer_create`.
 *
 * Fails with VANTAY_STATUS_LOCKED where there is another writer, in this process or another one; with VANTAY_STATUS_IO
 * where there is no gallery; with VANTAY_STATUS_DAMAGED for one that is damaged, foreign or newer than this library.
 */
vantay_status vantay_writer_open(const struct vantay_engine *engine,
                                 const char *directory,
                                 struct vantay_writer **writer);

/**
 * Inserts encounters, all or none, and returns when they are durable. One that is already there with the very same
 * content is no second record and no error, so that a call whose answer was lost can be made again. `done` may be NULL.
 *
 * Fails with VANTAY_STATUS_ARGUMENT for an encounter that is there with other content, that was deleted or that has no
 * fingers; with VANTAY_STATUS_IO where the disk fails, after which the gallery has to be opened again.
 */
vantay_status vantay_writer_append(const struct vantay_writer *writer,
                                   const struct vantay_encounter *const *encounters,
                                   size_t count,
                                   struct vantay_appended *done);

/**
 * Puts encounters in place of those of the same ids, or inserts them; all or none; returns when that is durable.
 *
 * Fails as `vantay_writer_append`.
 */
vantay_status vantay_writer_update(const struct vantay_writer *writer,
                                   const struct vantay_encounter *const *encounters,
                                   size_t count);

/**
 * Deletes an encounter; returns when that is durable. `*was_there` tells whether it was there; it may be NULL.
 */
vantay_status vantay_writer_delete_encounter(const struct vantay_writer *writer,
                                             const struct vantay_encounter_id *id,
                                             bool *was_there);

/**
 * Deletes all encounters of a subject; returns when that is durable. `*was_there` tells whether there was one; it may be
 * NULL.
 */
vantay_status vantay_writer_delete_subject(const struct vantay_writer *writer,
                                           uint64_t subject,
                                           bool *was_there);

/**
 * Writes the files anew without what was deleted or updated; returns when that is durable.
 */
vantay_status vantay_writer_compact(const struct vantay_writer *writer);

/**
 * Takes in what the gallery in `directory` holds and what it knows as deleted; returns when that is durable. No older
 * copy brings a deleted one back. Encounters whose subject number was given here by another gallery are left out, unless
 * `take_clashes`. `merged` may be NULL.
 *
 * Fails with VANTAY_STATUS_DAMAGED for a damaged gallery, with VANTAY_STATUS_ARGUMENT for one whose clock is ahead.
 */
vantay_status vantay_writer_merge(const struct vantay_writer *writer,
                                  const char *directory,
                                  bool take_clashes,
                                  struct vantay_merged *merged);

/**
 * Inserts the encounters of a file that `vantay_gallery_export` wrote. `key` may be NULL where it is not encrypted, `done`
 * always. Where there is an `audit`, each encounter is recorded in it before it is inserted; `operator_code` is the caller's
 * code of who asked.
 *
 * Fails with VANTAY_STATUS_DAMAGED for a line that is none, named by its number, and for another key.
 */
vantay_status vantay_writer_import(const struct vantay_writer *writer,
                                   const char *file,
                                   const struct vantay_key *key,
                                   const struct vantay_audit *audit,
                                   uint32_t operator_code,
                                   struct vantay_appended *done);

/**
 * The gallery as it is after the writer's last change.
 *
 * Fails as `vantay_gallery_open`.
 */
vantay_status vantay_writer_snapshot(const struct vantay_writer *writer, struct vantay_gallery **gallery);

/**
 * Ends writing, and lets another writer in; all that was acknowledged is durable already. NULL is allowed.
 */
void vantay_writer_free(struct vantay_writer *writer);

/**
 * Opens a gallery to read it, as it is now.
 *
 * Fails with VANTAY_STATUS_IO where there is none, with VANTAY_STATUS_DAMAGED for one that is damaged, foreign or newer
 * than this library.
 */
vantay_status vantay_gallery_open(const char *directory, struct vantay_gallery **gallery);

/**
 * Frees a snapshot of a gallery; NULL is allowed.
 */
void vantay_gallery_free(struct vantay_gallery *gallery);

/**
 * What a gallery is made of.
 */
vantay_status vantay_gallery_describe(const struct vantay_gallery *gallery, struct vantay_gallery_info *info);

/**
 * A copy of the encounter at `index`, from 0 on.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where there is none, with VANTAY_STATUS_DAMAGED where it is damaged.
 */
vantay_status vantay_gallery_encounter(const struct vantay_gallery *gallery,
                                       size_t index,
                                       struct vantay_encounter **encounter);

/**
 * Where the encounter of an id is: `*index` becomes its index, or VANTAY_NONE.
 */
vantay_status vantay_gallery_by_encounter(const struct vantay_gallery *gallery,
                                          const struct vantay_encounter_id *id,
                                          size_t *index);

/**
 * Where the encounters of a subject are: the first `capacity` indices, ascending, are written to `indices`, and `*count`
 * becomes the number of all, which may be more. `indices` may be NULL where `capacity` is 0.
 */
vantay_status vantay_gallery_by_subject(const struct vantay_gallery *gallery,
                                        uint64_t subject,
                                        size_t *indices,
                                        size_t capacity,
                                        size_t *count);

/**
 * Reads and checks every byte of the gallery in a directory.
 *
 * Fails with VANTAY_STATUS_DAMAGED for the first damage found; the message names file and offset.
 */
vantay_status vantay_gallery_verify(const char *directory);

/**
 * Writes the gallery in a directory into a new file, encrypted, while others read and write; returns when it is durable.
 *
 * Fails with VANTAY_STATUS_IO where there is a file of that name, with VANTAY_STATUS_DAMAGED for a damaged gallery.
 */
vantay_status vantay_gallery_backup(const char *directory,
                                    const char *file,
                                    const struct vantay_key *key);

/**
 * Writes what `vantay_gallery_backup` wrote into an empty directory, or one that is made, and checks every byte of it.
 *
 * Fails with VANTAY_STATUS_DAMAGED for another key or a changed file, with VANTAY_STATUS_ARGUMENT for a directory that is
 * not empty.
 */
vantay_status vantay_gallery_restore(const char *file,
                                     const char *directory,
                                     const struct vantay_key *key);

/**
 * Writes all encounters into a new file, JSON Lines with ISO/IEC 19794-2 records; encrypted unless `key` is NULL.
 *
 * Fails with VANTAY_STATUS_IO where there is a file of that name, with VANTAY_STATUS_DAMAGED for a damaged record.
 */
vantay_status vantay_gallery_export(const struct vantay_gallery *gallery,
                                    const char *file,
                                    const struct vantay_key *key);

/**
 * How sure it is that two templates are of one finger: `*score` becomes decibels of false-match rate, -10·log10(FMR). 0
 * says nothing, 40 is one false match in 10,000. The order of the two does not matter, and their positions are not
 * looked at.
 *
 * Fails with VANTAY_STATUS_INCOMPATIBLE for templates of extractors that cannot be compared.
 */
vantay_status vantay_verify(const struct vantay_template *a,
                            const struct vantay_template *b,
                            double *score);

/**
 * The score in decibels from which on `false_matches` non-mated pairs are expected among `comparisons`: 1,000,000
 * comparisons with 0.1 expected need 70 dB. For one verification, `comparisons` is 1 and `false_matches` the FMR.
 */
double vantay_threshold(uint64_t comparisons, double false_matches);

/**
 * Whether a score of one comparison claims more than the impostors that the calibration saw can show (above 40 dB): it
 * follows the fitted tail, is still the best guess, and should be called extrapolated where it is printed.
 */
bool vantay_is_extrapolated(double score);

/**
 * What is used where no options are given.
 */
vantay_status vantay_identify_defaults(struct vantay_identify_options *options);

/**
 * What is used where no options are given.
 */
vantay_status vantay_dedup_defaults(struct vantay_dedup_options *options);

/**
 * Who is it? Compares one person's templates with every encounter of the gallery, on the engine's threads, and returns one
 * candidate a subject, the best first. Fingers are compared where their positions agree or one is unknown. `options` may be NULL.
 *
 * Fails with VANTAY_STATUS_INCOMPATIBLE where extractors cannot be compared, with VANTAY_STATUS_DAMAGED for a damaged
 * record.
 */
vantay_status vantay_identify(const struct vantay_engine *engine,
                              const struct vantay_gallery *gallery,
                              const struct vantay_template *const *templates,
                              size_t count,
                              const struct vantay_identify_options *options,
                              struct vantay_candidates **candidates);

/**
 * Who is it? As `vantay_identify`, for the templates of an encounter, which need not be in the gallery. Where it is, it is
 * a candidate too.
 */
vantay_status vantay_identify_encounter(const struct vantay_engine *engine,
                                        const struct vantay_gallery *gallery,
                                        const struct vantay_encounter *probe,
                                        const struct vantay_identify_options *options,
                                        struct vantay_candidates **candidates);

/**
 * The candidates, the best first. They belong to the handle.
 */
vantay_status vantay_candidates_items(const struct vantay_candidates *candidates,
                                      const struct vantay_candidate **items,
                                      size_t *count);

/**
 * Frees candidates; NULL is allowed.
 */
void vantay_candidates_free(struct vantay_candidates *candidates);

/**
 * Who is in it twice? Compares every encounter with every other of another subject, on the engine's threads. `options` may be
 * NULL.
 *
 * Fails as `vantay_identify`.
 */
vantay_status vantay_dedup(const struct vantay_engine *engine,
                           const struct vantay_gallery *gallery,
                           const struct vantay_dedup_options *options,
                           struct vantay_duplicates **duplicates);

/**
 * What was found, in numbers.
 */
vantay_status vantay_duplicates_summary(const struct vantay_duplicates *duplicates,
                                        struct vantay_dedup_summary *summary);

/**
 * The pairs, the highest score first. They belong to the handle.
 */
vantay_status vantay_duplicates_pairs(const struct vantay_duplicates *duplicates,
                                      const struct vantay_pair **pairs,
                                      size_t *count);

/**
 * The subjects of the group at `index`, from 0 on, ascending. They belong to the handle.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where there is none.
 */
vantay_status vantay_duplicates_group(const struct vantay_duplicates *duplicates,
                                      size_t index,
                                      const uint64_t **subjects,
                                      size_t *count);

/**
 * Frees what a deduplication found; NULL is allowed.
 */
void vantay_duplicates_free(struct vantay_duplicates *duplicates);

/**
 * A template from its native bytes.
 *
 * Fails with VANTAY_STATUS_TEMPLATE for anything that `vantay_template_to_bytes` would not have written.
 */
vantay_status vantay_template_from_bytes(const uint8_t *bytes, size_t length, struct vantay_template **template_);

/**
 * The native bytes of a template, written to `buffer`; `*length` becomes their number. VANTAY_TEMPLATE_MAX_BYTES are
 * always enough. With a `buffer` of NULL only `*length` is set.
 *
 * Fails with VANTAY_STATUS_ARGUMENT where `capacity` is too small; `*length` then tells what it takes.
 */
vantay_status vantay_template_to_bytes(const struct vantay_template *template_,
                                       uint8_t *buffer,
                                       size_t capacity,
                                       size_t *length);

/**
 * A template from minutiae that came from outside: another vendor's extractor, a file, a hand. `width` and `height` are
 * of the image, pixels at 500 ppi, 1 to 8191; `quality` is 0 to 100. The 255 best minutiae are kept.
 *
 * Fails with VANTAY_STATUS_ARGUMENT or VANTAY_STATUS_TEMPLATE for values out of range.
 */
vantay_status vantay_template_from_minutiae(uint16_t width,
                                            uint16_t height,
                                            uint8_t finger,
                                            uint8_t quality,
                                            const struct vantay_minutia *minutiae,
                                            size_t count,
                                            struct vantay_template **template_);

/**
 * What is known of a template besides its minutiae.
 */
vantay_status vantay_template_describe(const struct vantay_template *template_, struct vantay_template_info *info);

/**
 * The minutiae of a template, the best first. They belong to the template and stay as long as it does.
 */
vantay_status vantay_template_minutiae(const struct vantay_template *template_,
                                       const struct vantay_minutia **minutiae,
                                       size_t *count);

/**
 * Frees a template; NULL is allowed.
 */
void vantay_template_free(struct vantay_template *template_);

/**
 * The version of this library, "MAJOR.MINOR.PATCH". Static text.
 */
const char *vantay_version(void);

/**
 * The CPU level that the library runs at: "scalar", "avx2", "avx512" or "neon". Results are the same to the bit at each.
 * The environment variable VANTAY_CPU lowers it. Static text.
 */
const char *vantay_cpu_level(void);

/**
 * The version of the extractor of this build. Templates of one version can be compared with each other, and with minutiae
 * from outside, whose version is 0.
 */
uint16_t vantay_extractor_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* VANTAY_H */
