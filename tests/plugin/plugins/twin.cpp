#include <string>

#include "shared_static.hpp"
#include "small_task.hpp"

/// Tells in its name of the data how often the statics that it shares in name with its twin were used.
namespace {

class Twin : public SmallTask {
 public:
  static hetsyn::sdk::Description description() {
    return {.name = TASK_NAME, .summary = "One of two", .version = "1.0.0", .keys = {}};
  }
  explicit Twin(const hetsyn::sdk::OpenArgs& /*args*/)
      : uses_(std::to_string(++SharedStatic::uses) + ", " + std::to_string(uses_of_archive())) {}

  [[nodiscard]] hetsyn::sdk::Info info() const override {
    hetsyn::sdk::Info info = SmallTask::info();
    info.data_name = uses_;
    return info;
  }

 private:
  std::string uses_;
};

}  // namespace

HETSYN_EXPORT_TASK(Twin)
