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

} // namespace vantay

#endif // VANTAY_HPP
