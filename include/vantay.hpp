// vantay: fingerprint extraction, matching, search and deduplication. C++17 over vantay.h, header only.
//
// Each class owns one handle of the C ABI: it can be moved, frees itself, and may be used by several threads at once
// through its const functions. What fails throws vantay::error, with the status and the message; memory that runs out
// throws std::bad_alloc. All text is UTF-8.

#ifndef VANTAY_HPP
#define VANTAY_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "vantay.h"

namespace vantay {

// What went wrong: the kind, and in words what was wrong with what, and what to do.
class error : public std::runtime_error {
public:
  error(vantay_status kind, const char *message) : std::runtime_error(message), kind_(kind) {}

  vantay_status kind() const noexcept { return kind_; }

private:
  vantay_status kind_;
};

// Which finger (ANSI/NIST-ITL 1-2011 table 8).
enum class finger : std::uint8_t {
  unknown = VANTAY_FINGER_UNKNOWN,
  right_thumb = VANTAY_FINGER_RIGHT_THUMB,
  right_index = VANTAY_FINGER_RIGHT_INDEX,
  right_middle = VANTAY_FINGER_RIGHT_MIDDLE,
  right_ring = VANTAY_FINGER_RIGHT_RING,
  right_little = VANTAY_FINGER_RIGHT_LITTLE,
  left_thumb = VANTAY_FINGER_LEFT_THUMB,
  left_index = VANTAY_FINGER_LEFT_INDEX,
  left_middle = VANTAY_FINGER_LEFT_MIDDLE,
  left_ring = VANTAY_FINGER_LEFT_RING,
  left_little = VANTAY_FINGER_LEFT_LITTLE,
};

// Why a finger has no template.
enum class exception : std::uint8_t {
  amputated = VANTAY_EXCEPTION_AMPUTATED,
  bandaged = VANTAY_EXCEPTION_BANDAGED,
  not_captured = VANTAY_EXCEPTION_NOT_CAPTURED,
};

namespace detail {

inline void check(vantay_status status) {
  if (status != VANTAY_STATUS_OK) throw error(status, vantay_last_error());
}

template <auto Free> struct deleter {
  template <class T> void operator()(T *handle) const noexcept { Free(handle); }
};

template <class T, auto Free> using handle = std::unique_ptr<T, deleter<Free>>;

// Calls `make(arguments..., &handle)` and owns the handle.
template <class T, auto Free, class Make, class... Arguments> handle<T, Free> own(Make make, Arguments... arguments) {
  T *made = nullptr;
  check(make(arguments..., &made));
  return handle<T, Free>(made);
}

} // namespace detail

// The version of the library, and the CPU level that it runs at.
inline std::string version() { return vantay_version(); }
inline std::string cpu_level() { return vantay_cpu_level(); }

// Threads that search, deduplicate and prepare templates; 0: as many as the CPU has.
class engine {
public:
  explicit engine(std::size_t threads = 0)
      : handle_(detail::own<vantay_engine, vantay_engine_free>(vantay_engine_new, threads)) {}

  std::size_t threads() const {
    std::size_t count = 0;
    detail::check(vantay_engine_threads(get(), &count));
    return count;
  }

  const vantay_engine *get() const noexcept { return handle_.get(); }

private:
  detail::handle<vantay_engine, vantay_engine_free> handle_;
};

// One finger as minutiae. Never changes.
class finger_template {
public:
  static finger_template from_bytes(const void *bytes, std::size_t length) {
    return finger_template(detail::own<vantay_template, vantay_template_free>(
        vantay_template_from_bytes, static_cast<const std::uint8_t *>(bytes), length));
  }

  static finger_template from_bytes(const std::vector<std::uint8_t> &bytes) {
    return from_bytes(bytes.data(), bytes.size());
  }

  // From minutiae that came from outside; sides in pixels at 500 ppi, quality 0 to 100.
  static finger_template from_minutiae(std::uint16_t width, std::uint16_t height, finger position,
                                       std::uint8_t quality, const std::vector<vantay_minutia> &minutiae) {
    return finger_template(detail::own<vantay_template, vantay_template_free>(
        vantay_template_from_minutiae, width, height, static_cast<std::uint8_t>(position), quality, minutiae.data(),
        minutiae.size()));
  }

  // The fingers of a record that holds minutiae: ISO/IEC 19794-2, INCITS 378, ANSI/NIST-ITL Type 9.
  static std::vector<finger_template> from_record(const std::vector<std::uint8_t> &record) {
    std::size_t count = 0;
    detail::check(vantay_record_count(record.data(), record.size(), &count));
    std::vector<finger_template> templates;
    for (std::size_t index = 0; index < count; index++) {
      templates.push_back(finger_template(detail::own<vantay_template, vantay_template_free>(
          vantay_template_from_record, record.data(), record.size(), index)));
    }
    return templates;
  }

  // Templates as one record of a VANTAY_STANDARD_....
  static std::vector<std::uint8_t> to_record(std::uint8_t standard, const std::vector<finger_template> &templates) {
    std::vector<const vantay_template *> handles;
    for (const finger_template &t : templates) handles.push_back(t.get());
    std::size_t length = 0;
    detail::check(vantay_record_from_templates(standard, handles.data(), handles.size(), nullptr, 0, &length));
    std::vector<std::uint8_t> bytes(length);
    detail::check(vantay_record_from_templates(standard, handles.data(), handles.size(), bytes.data(), bytes.size(), &length));
    return bytes;
  }

  std::vector<std::uint8_t> to_bytes() const {
    std::size_t length = 0;
    detail::check(vantay_template_to_bytes(get(), nullptr, 0, &length));
    std::vector<std::uint8_t> bytes(length);
    detail::check(vantay_template_to_bytes(get(), bytes.data(), bytes.size(), &length));
    return bytes;
  }

  vantay_template_info info() const {
    vantay_template_info info{};
    detail::check(vantay_template_describe(get(), &info));
    return info;
  }

  // The best first.
  std::vector<vantay_minutia> minutiae() const {
    const vantay_minutia *first = nullptr;
    std::size_t count = 0;
    detail::check(vantay_template_minutiae(get(), &first, &count));
    return std::vector<vantay_minutia>(first, first + count);
  }

  finger position() const { return static_cast<finger>(info().finger); }
  int quality() const { return info().quality; }

  const vantay_template *get() const noexcept { return handle_.get(); }

private:
  using handle = detail::handle<vantay_template, vantay_template_free>;
  friend class extractor;
  friend class encounter;

  explicit finger_template(handle owned) : handle_(std::move(owned)) {}

  handle handle_;
};

// An 8-bit grey image that somebody else owns: rows from the top, 0 black to 255 white, dark ridges on a light ground.
struct raw_image {
  const std::uint8_t *pixels;
  std::size_t length;
  std::uint32_t width;
  std::uint32_t height;
  double ppi;
  // Bytes from the start of a row to the start of the next; 0: width.
  std::size_t stride = 0;
};

// Makes templates of images. Threads that share one wait for each other.
class extractor {
public:
  extractor() : handle_(detail::own<vantay_extractor, vantay_extractor_free>(vantay_extractor_new)) {}

  finger_template extract(const raw_image &image, finger position = finger::unknown) const {
    return finger_template(detail::own<vantay_template, vantay_template_free>(
        vantay_extract_raw, get(), image.pixels, image.length, image.width, image.height, image.stride, image.ppi,
        static_cast<std::uint8_t>(position)));
  }

  // Of an image file's bytes; without a ppi the file's own is taken.
  finger_template extract(const std::vector<std::uint8_t> &file, std::optional<double> ppi = std::nullopt,
                          finger position = finger::unknown) const {
    return finger_template(detail::own<vantay_template, vantay_template_free>(
        vantay_extract_encoded, get(), file.data(), file.size(), ppi.value_or(0.0),
        static_cast<std::uint8_t>(position)));
  }

  // Of an image file; without a ppi the file's own is taken.
  finger_template extract(const std::string &path, std::optional<double> ppi = std::nullopt,
                          finger position = finger::unknown) const {
    return finger_template(detail::own<vantay_template, vantay_template_free>(
        vantay_extract_file, get(), path.c_str(), ppi.value_or(0.0), static_cast<std::uint8_t>(position)));
  }

  const vantay_extractor *get() const noexcept { return handle_.get(); }

private:
  detail::handle<vantay_extractor, vantay_extractor_free> handle_;
};

// A person at one time and place, and the fingers that were captured there.
class encounter {
public:
  explicit encounter(const vantay_capture &capture)
      : handle_(detail::own<vantay_encounter, vantay_encounter_free>(vantay_encounter_new, &capture)) {}

  encounter(std::uint64_t subject, const vantay_encounter_id &id) : encounter(capture_of(subject, id)) {}

  encounter &add(const finger_template &captured) {
    detail::check(vantay_encounter_add_template(handle_.get(), captured.get()));
    return *this;
  }

  encounter &add_missing(finger position, exception reason) {
    detail::check(vantay_encounter_add_missing(handle_.get(), static_cast<std::uint8_t>(position),
                                               static_cast<std::uint8_t>(reason)));
    return *this;
  }

  encounter &set_blob(const std::vector<std::uint8_t> &bytes) {
    detail::check(vantay_encounter_set_blob(handle_.get(), bytes.data(), bytes.size()));
    return *this;
  }

  vantay_capture capture() const {
    vantay_capture capture{};
    detail::check(vantay_encounter_capture(get(), &capture));
    return capture;
  }

  std::vector<std::uint8_t> blob() const {
    const std::uint8_t *first = nullptr;
    std::size_t length = 0;
    detail::check(vantay_encounter_blob(get(), &first, &length));
    return std::vector<std::uint8_t>(first, first + length);
  }

  // All fingers, with those that are missing.
  std::vector<vantay_finger_info> fingers() const {
    std::size_t count = 0;
    detail::check(vantay_encounter_finger_count(get(), &count));
    std::vector<vantay_finger_info> fingers(count);
    for (std::size_t i = 0; i < count; i++) detail::check(vantay_encounter_finger(get(), i, &fingers[i]));
    return fingers;
  }

  // Of the finger at `index`, which must have been captured.
  finger_template template_at(std::size_t index) const {
    return finger_template(
        detail::own<vantay_template, vantay_template_free>(vantay_encounter_template, get(), index));
  }

  const vantay_encounter *get() const noexcept { return handle_.get(); }

private:
  using handle = detail::handle<vantay_encounter, vantay_encounter_free>;
  friend class gallery;

  explicit encounter(handle owned) : handle_(std::move(owned)) {}

  static vantay_capture capture_of(std::uint64_t subject, const vantay_encounter_id &id) {
    vantay_capture capture{};
    capture.subject = subject;
    capture.id = id;
    return capture;
  }

  handle handle_;
};

// An encounter id, and a subject number, from any text of the caller's: the same everywhere.
inline vantay_encounter_id encounter_id(const std::string &text) {
  vantay_encounter_id id{};
  detail::check(vantay_encounter_id_from_text(text.c_str(), &id));
  return id;
}

inline std::uint64_t subject_id(const std::string &text) {
  std::uint64_t subject = 0;
  detail::check(vantay_subject_from_text(text.c_str(), &subject));
  return subject;
}

// Subjects who are one person, it seems, and by which pairs.
struct duplicates {
  vantay_dedup_summary summary;
  // The highest score first.
  std::vector<vantay_pair> pairs;
  // Each ascending.
  std::vector<std::vector<std::uint64_t>> groups;
};

// A gallery to read and search in, as it was when it was opened.
class gallery {
public:
  static gallery open(const std::string &directory) {
    return gallery(detail::own<vantay_gallery, vantay_gallery_free>(vantay_gallery_open, directory.c_str()));
  }

  vantay_gallery_info info() const {
    vantay_gallery_info info{};
    detail::check(vantay_gallery_describe(get(), &info));
    return info;
  }

  encounter at(std::size_t index) const {
    return encounter(
        detail::own<vantay_encounter, vantay_encounter_free>(vantay_gallery_encounter, get(), index));
  }

  std::optional<std::size_t> by_encounter(const vantay_encounter_id &id) const {
    std::size_t index = VANTAY_NONE;
    detail::check(vantay_gallery_by_encounter(get(), &id, &index));
    return index == VANTAY_NONE ? std::nullopt : std::optional<std::size_t>(index);
  }

  std::vector<std::size_t> by_subject(std::uint64_t subject) const {
    std::size_t count = 0;
    detail::check(vantay_gallery_by_subject(get(), subject, nullptr, 0, &count));
    std::vector<std::size_t> indices(count);
    detail::check(vantay_gallery_by_subject(get(), subject, indices.data(), indices.size(), &count));
    return indices;
  }

  // Who is it? One candidate a subject, the best first.
  std::vector<vantay_candidate> identify(const engine &on, const std::vector<const finger_template *> &probe) const {
    return identify_with(on, probe, nullptr);
  }

  std::vector<vantay_candidate> identify(const engine &on, const std::vector<const finger_template *> &probe,
                                         const vantay_identify_options &options) const {
    return identify_with(on, probe, &options);
  }

  std::vector<vantay_candidate> identify(const engine &on, const encounter &probe) const {
    return identify_with(on, probe, nullptr);
  }

  std::vector<vantay_candidate> identify(const engine &on, const encounter &probe,
                                         const vantay_identify_options &options) const {
    return identify_with(on, probe, &options);
  }

  // Who is in it twice?
  duplicates dedup(const engine &on) const { return dedup_with(on, nullptr); }
  duplicates dedup(const engine &on, const vantay_dedup_options &options) const { return dedup_with(on, &options); }

  const vantay_gallery *get() const noexcept { return handle_.get(); }

private:
  using handle = detail::handle<vantay_gallery, vantay_gallery_free>;
  using candidates = detail::handle<vantay_candidates, vantay_candidates_free>;
  friend class writer;

  explicit gallery(handle owned) : handle_(std::move(owned)) {}

  std::vector<vantay_candidate> identify_with(const engine &on, const std::vector<const finger_template *> &probe,
                                              const vantay_identify_options *options) const {
    std::vector<const vantay_template *> templates;
    for (const finger_template *t : probe) templates.push_back(t->get());
    return items(detail::own<vantay_candidates, vantay_candidates_free>(
        vantay_identify, on.get(), get(), templates.data(), templates.size(), options));
  }

  std::vector<vantay_candidate> identify_with(const engine &on, const encounter &probe,
                                              const vantay_identify_options *options) const {
    return items(detail::own<vantay_candidates, vantay_candidates_free>(vantay_identify_encounter, on.get(), get(),
                                                                        probe.get(), options));
  }

  static std::vector<vantay_candidate> items(const candidates &found) {
    const vantay_candidate *first = nullptr;
    std::size_t count = 0;
    detail::check(vantay_candidates_items(found.get(), &first, &count));
    return std::vector<vantay_candidate>(first, first + count);
  }

  duplicates dedup_with(const engine &on, const vantay_dedup_options *options) const {
    auto found = detail::own<vantay_duplicates, vantay_duplicates_free>(vantay_dedup, on.get(), get(), options);
    duplicates result{};
    detail::check(vantay_duplicates_summary(found.get(), &result.summary));
    const vantay_pair *pairs = nullptr;
    std::size_t count = 0;
    detail::check(vantay_duplicates_pairs(found.get(), &pairs, &count));
    result.pairs.assign(pairs, pairs + count);
    for (std::size_t i = 0; i < result.summary.groups; i++) {
      const std::uint64_t *subjects = nullptr;
      detail::check(vantay_duplicates_group(found.get(), i, &subjects, &count));
      result.groups.emplace_back(subjects, subjects + count);
    }
    return result;
  }

  handle handle_;
};

// The one who may change a gallery. What returns without throwing is durable. Threads that share one wait for each other.
class writer {
public:
  static writer create(const engine &on, const std::string &directory) {
    return writer(detail::own<vantay_writer, vantay_writer_free>(vantay_writer_create, on.get(), directory.c_str()));
  }

  static writer open(const engine &on, const std::string &directory) {
    return writer(detail::own<vantay_writer, vantay_writer_free>(vantay_writer_open, on.get(), directory.c_str()));
  }

  // All or none; one that is already there with the very same content is no second record.
  vantay_appended append(const std::vector<const encounter *> &encounters) const {
    std::vector<const vantay_encounter *> handles = handles_of(encounters);
    vantay_appended done{};
    detail::check(vantay_writer_append(get(), handles.data(), handles.size(), &done));
    return done;
  }

  vantay_appended append(const encounter &one) const { return append({&one}); }

  void update(const std::vector<const encounter *> &encounters) const {
    std::vector<const vantay_encounter *> handles = handles_of(encounters);
    detail::check(vantay_writer_update(get(), handles.data(), handles.size()));
  }

  // Whether it was there.
  bool delete_encounter(const vantay_encounter_id &id) const {
    bool was_there = false;
    detail::check(vantay_writer_delete_encounter(get(), &id, &was_there));
    return was_there;
  }

  bool delete_subject(std::uint64_t subject) const {
    bool was_there = false;
    detail::check(vantay_writer_delete_subject(get(), subject, &was_there));
    return was_there;
  }

  // Writes the files anew without what was deleted or updated.
  void compact() const { detail::check(vantay_writer_compact(get())); }

  // What another gallery holds, and what it knows as deleted.
  vantay_merged merge(const std::string &directory, bool take_clashes = false) const {
    vantay_merged done{};
    detail::check(vantay_writer_merge(get(), directory.c_str(), take_clashes, &done));
    return done;
  }

  // The encounters of a file that an export wrote.
  vantay_appended import_file(const std::string &file, const vantay_key *key = nullptr) const {
    vantay_appended done{};
    detail::check(vantay_writer_import(get(), file.c_str(), key, nullptr, 0, &done));
    return done;
  }

  gallery snapshot() const {
    return gallery(detail::own<vantay_gallery, vantay_gallery_free>(vantay_writer_snapshot, get()));
  }

  const vantay_writer *get() const noexcept { return handle_.get(); }

private:
  using handle = detail::handle<vantay_writer, vantay_writer_free>;

  explicit writer(handle owned) : handle_(std::move(owned)) {}

  static std::vector<const vantay_encounter *> handles_of(const std::vector<const encounter *> &encounters) {
    std::vector<const vantay_encounter *> handles;
    for (const encounter *e : encounters) handles.push_back(e->get());
    return handles;
  }

  handle handle_;
};

// The gallery in a directory as one encrypted file, and back.
inline void backup(const std::string &directory, const std::string &file, const vantay_key &key) {
  detail::check(vantay_gallery_backup(directory.c_str(), file.c_str(), &key));
}

inline void restore(const std::string &file, const std::string &directory, const vantay_key &key) {
  detail::check(vantay_gallery_restore(file.c_str(), directory.c_str(), &key));
}

// Reads and checks every byte of the gallery in a directory; throws for the first damage found.
inline void verify_gallery(const std::string &directory) {
  detail::check(vantay_gallery_verify(directory.c_str()));
}

// How sure it is that the two are of one finger, in decibels of false-match rate.
inline double verify(const finger_template &a, const finger_template &b) {
  double score = 0.0;
  detail::check(vantay_verify(a.get(), b.get(), &score));
  return score;
}

// The score from which on `false_matches` are expected among `comparisons`.
inline double threshold(std::uint64_t comparisons, double false_matches) {
  return vantay_threshold(comparisons, false_matches);
}

// Whether a score of one comparison claims more than the calibration's impostors can show.
inline bool is_extrapolated(double score) { return vantay_is_extrapolated(score); }

} // namespace vantay

#endif // VANTAY_HPP
