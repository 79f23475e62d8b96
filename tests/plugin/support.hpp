#pragma once
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/load_plugin.hpp"

namespace hetsyn::test {

/// A plugin made for the tests, loaded alone.
inline TaskPlugin load_test_plugin(const std::string& name) {
  return load_plugin(std::filesystem::path(HETSYN_TEST_PLUGINS) / ("hetsyn_task_" + name + ".so")).description;
}

/// A plugin that ships with the engine.
inline TaskPlugin load_own_plugin(const std::string& name) {
  return load_plugin(std::filesystem::path(HETSYN_OWN_PLUGINS) / ("hetsyn_task_" + name + ".so")).description;
}

/// Predicate for BOOST_CHECK_EXCEPTION: the message contains all of `parts`.
class Says {
 public:
  explicit Says(std::vector<std::string> parts) : parts_(std::move(parts)) {}
  bool operator()(const std::exception& e) const {
    bool all = true;
    for (const std::string& part : parts_) {
      const bool found = std::string_view(e.what()).find(part) != std::string_view::npos;
      if (!found) BOOST_TEST_MESSAGE("'" << part << "' is not in: " << e.what());
      all = all && found;
    }
    return all;
  }

 private:
  std::vector<std::string> parts_;
};

}  // namespace hetsyn::test
