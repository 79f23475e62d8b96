#pragma once

/// A static as headers of libraries have it: visible, and one for a whole process where the loader merges it.
struct __attribute__((visibility("default"))) SharedStatic {
  inline static int uses = 0;
};

/// The same, of an archive that was compiled without any regard to plugins.
int uses_of_archive();
