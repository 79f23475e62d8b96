#include "golden/golden_file.hpp"

#include <stdexcept>

namespace hetsyn::test {
namespace {

/// An HDF5 identifier that is closed at the end of its scope.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id < 0) throw std::runtime_error("golden file: cannot open " + what);
  }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

nlohmann::json read_description(hid_t file) {
  const Handle attribute(H5Aopen(file, "case", H5P_DEFAULT), H5Aclose, "attribute \"case\"");
  const Handle type(H5Aget_type(attribute), H5Tclose, "the type of attribute \"case\"");
  std::string text(H5Tget_size(type), '\0');
  if (H5Aread(attribute, type, text.data()) < 0) throw std::runtime_error("golden file: cannot read its description");
  return nlohmann::json::parse(text);
}

}  // namespace

GoldenFile::GoldenFile(const std::filesystem::path& path) : file_(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)) {
  if (file_ < 0) throw std::runtime_error("golden file: cannot open " + path.string());
  description_ = read_description(file_);
}

GoldenFile::~GoldenFile() { H5Fclose(file_); }

bool GoldenFile::has(const std::string& name) const {
  // the group first: asking for a member of a group that is absent is an error
  const std::string group = name.substr(0, name.find('/'));
  return H5Lexists(file_, group.c_str(), H5P_DEFAULT) > 0 && H5Lexists(file_, name.c_str(), H5P_DEFAULT) > 0;
}

std::size_t GoldenFile::size(const std::string& name) const {
  const Handle dataset(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose, name);
  const Handle space(H5Dget_space(dataset), H5Sclose, name);
  return static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
}

void GoldenFile::read_into(const std::string& name, hid_t type, void* values) const {
  const Handle dataset(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose, name);
  if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    throw std::runtime_error("golden file: cannot read " + name);
  }
}

}  // namespace hetsyn::test
