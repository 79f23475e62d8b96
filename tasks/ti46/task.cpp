#include "common/words/word_task.hpp"
#include "ti46/layout.hpp"

/// Isolated spoken letters, or digits and commands: the TI 46-Word corpus (Liberman et al., Linguistic Data Consortium,
/// 1993), and other recordings in its folders.
namespace {

namespace sdk = hetsyn::sdk;
using hetsyn::tasks::Vocabulary;
using hetsyn::tasks::WordTask;

class Ti46 : public WordTask {
 public:
  static sdk::Description description() {
    return {.name = "ti46",
            .summary = "Isolated spoken letters (or digits and commands): TI46 and other recordings in its folders",
            .version = "1.0.0",
            .keys = keys("ti46", {sdk::Key::text("subset", "alpha", "The 26 letters, or the 20 digits and commands")
                                      .choices("alpha|ti20")})};
  }

  explicit Ti46(const sdk::OpenArgs& args)
      : WordTask(args, ti46_layout(args.text("subset") == "alpha" ? Vocabulary::alpha : Vocabulary::ti20)) {}
};

}  // namespace

HETSYN_EXPORT_TASK(Ti46)
