// An enrolment station: a person comes with some fingers. Are the captures good enough, is the person known already under
// another number, and if not: into the gallery.
//
//   station GALLERY SUBJECT FINGER=IMAGE...
//
// FINGER is 1 (right thumb) to 10 (left little finger), or `FINGER=missing`. The image files stand for what the scanner
// gives: PGM files go in as raw pixels at 500 ppi, others as the bytes of an image file with its own resolution. Ends with
// 0 where the person was enrolled, with 3 where somebody has to look: another number, or a finger to be captured again.
//
//   c++ -std=c++17 station.cpp $(pkg-config --cflags --libs vantay) -o station

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "vantay.hpp"

namespace {

// Below this a finger should be captured again.
constexpr int quality_wanted = 20;

std::vector<std::uint8_t> read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file), {});
}

// A binary PGM file without comments, as scanners' test programs write them.
vantay::raw_image pgm(const std::vector<std::uint8_t> &file) {
  std::istringstream header(std::string(file.begin(), file.begin() + std::min<std::size_t>(file.size(), 64)));
  std::string magic;
  std::uint32_t width = 0, height = 0, white = 0;
  header >> magic >> width >> height >> white;
  const auto start = static_cast<std::size_t>(header.tellg()) + 1;
  if (!header || white != 255 || start > file.size()) throw std::runtime_error("not a PGM file of 8 bits");
  return vantay::raw_image{file.data() + start, file.size() - start, width, height, 500.0};
}

vantay::finger_template capture(const vantay::extractor &extractor, const std::string &path, vantay::finger finger) {
  const std::vector<std::uint8_t> file = read(path);
  const bool raw = file.size() > 2 && file[0] == 'P' && file[1] == '5';
  return raw ? extractor.extract(pgm(file), finger) : extractor.extract(file, std::nullopt, finger);
}

vantay::writer open_or_create(const vantay::engine &engine, const std::string &directory) {
  try {
    return vantay::writer::open(engine, directory);
  } catch (const vantay::error &e) {
    if (e.kind() != VANTAY_STATUS_IO) throw;
    return vantay::writer::create(engine, directory);
  }
}

int enrol(const std::string &directory, const std::string &subject, const std::vector<std::string> &arguments) {
  const vantay::extractor extractor;
  std::string visit = subject;
  for (const std::string &argument : arguments) visit += " " + argument;
  vantay::encounter encounter(vantay::subject_id(subject), vantay::encounter_id(visit));
  bool again = false;

  for (const std::string &argument : arguments) {
    const std::size_t equals = argument.find('=');
    int code = 0;
    if (equals != std::string::npos) std::istringstream(argument.substr(0, equals)) >> code;
    if (code < 1 || code > 10) throw std::runtime_error(argument + ": FINGER=IMAGE is wanted, FINGER from 1 to 10");
    const auto finger = static_cast<vantay::finger>(code);
    const std::string image = argument.substr(equals + 1);
    if (image == "missing") {
      encounter.add_missing(finger, vantay::exception::not_captured);
      continue;
    }
    const vantay::finger_template made = capture(extractor, image, finger);
    std::cout << image << ": quality " << made.quality() << ", " << made.minutiae().size() << " minutiae\n";
    if (made.quality() < quality_wanted) {
      std::cout << image << ": capture this finger again\n";
      again = true;
    }
    encounter.add(made);
  }
  if (again) return 3;

  const vantay::engine engine;
  const vantay::writer writer = open_or_create(engine, directory);
  for (const vantay_candidate &known : writer.snapshot().identify(engine, encounter)) {
    if (known.subject == encounter.capture().subject) continue; // an earlier visit
    std::cout << "known already: subject " << known.subject << ", " << known.score << " dB\n";
    return 3;
  }
  const vantay_appended done = writer.append(encounter);
  std::cout << (done.inserted ? "enrolled" : "was enrolled already") << ": subject " << encounter.capture().subject
            << ", the gallery has " << writer.snapshot().info().encounters << " encounters\n";
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 4) {
    std::cerr << "usage: station GALLERY SUBJECT FINGER=IMAGE...\n";
    return 2;
  }
  try {
    return enrol(argv[1], argv[2], std::vector<std::string>(argv + 3, argv + argc));
  } catch (const std::exception &e) {
    std::cerr << "station: " << e.what() << '\n';
    return 1;
  }
}
