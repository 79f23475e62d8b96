#!/bin/sh
# ptxas_log.sh COMPILER … -o OBJECT …: compiles, and keeps what the compiler says (registers and spills of each kernel, by
# -Xptxas -v) in OBJECT.ptxas. Warnings are also printed, and all of it where the compiler fails.
previous= object=
for argument; do
  [ "$previous" = -o ] && object=$argument
  previous=$argument
done
"$@" 2>"$object.ptxas" || {
  code=$?
  cat "$object.ptxas" >&2
  exit $code
}
grep -i warning "$object.ptxas" >&2 || :
