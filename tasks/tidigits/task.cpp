#include <string>

#include "common/words/word_task.hpp"
#include "tidigits/layout.hpp"

/// Isolated spoken digits: TIDIGITS (Leonard & Doddington, Linguistic Data Consortium, 1993), and other recordings in
/// its folders.
namespace {

namespace sdk = hetsyn::sdk;
using hetsyn::tasks::Talkers;
using hetsyn::tasks::WordTask;

Talkers read_talkers(const sdk::OpenArgs& args) {
  const std::string text = args.text("talkers");
  return text == "adults" ? Talkers::adults : text == "children" ? Talkers::children : Talkers::all;
}

class Tidigits : public WordTask {
 public:
  static sdk::Description description() {
    return {.name = "tidigits",
            .summary = "Isolated spoken digits: TIDIGITS and other recordings in its folders",
            .version = "1.0.0",
            .keys = keys(
                "tidigits",
                {sdk::Key::text("talkers", "adults", "Whose recordings are used").choices("adults|children|all")})};
  }

  explicit Tidigits(const sdk::OpenArgs& args) : WordTask(args, tidigits_layout(read_talkers(args))) {}
};

}  // namespace

HETSYN_EXPORT_TASK(Tidigits)
