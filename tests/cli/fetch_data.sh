#!/usr/bin/env bash
# bin/fetch-data without the internet: from a directory, from a git repository, and from servers that can and cannot go on
# in the middle.
# usage: fetch_data.sh SOURCE_DIR files|server|repository
set -euo pipefail
command -v curl >/dev/null || { echo "skipped: no curl"; exit 77; } # bin/fetch-data would install it
source=$1
fetch=$source/bin/fetch-data
scratch=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$scratch"' EXIT
cd "$scratch"

# A mirror with three files of 200 kB that do not compress, and their checksums.
mkdir mirror
for split in train valid test; do
  head -c 200000 /dev/urandom >"ssc_$split.h5"
  gzip -nc "ssc_$split.h5" >"mirror/ssc_$split.h5.gz"
done
(cd mirror && md5sum ssc_*.gz >md5sums.txt)

attempt() { # attempt ARGUMENT…
  code=0
  output=$("$fetch" "$@" 2>&1) || code=$?
}
expect() { # expect NAME EXIT_CODE TEXT, after `attempt`
  [ "$code" = "$2" ] || { echo "$1: exit code $code, expected $2: $output"; exit 1; }
  [[ $output == *"$3"* ]] || { echo "$1: does not say '$3': $output"; exit 1; }
}
expect_corpus() { # expect_corpus NAME DIR: all files as published, and nothing else
  for split in train valid test; do cmp "ssc_$split.h5" "$2/ssc/ssc_$split.h5"; done
  [ "$(ls "$2/ssc" | wc -l)" = 3 ] || { echo "$1: left behind: $(ls "$2/ssc")"; exit 1; }
}
begin() { # begin DIR BYTES: a download of the first file that was interrupted
  mkdir -p "$1/ssc"
  head -c "$2" mirror/ssc_train.h5.gz >"$1/ssc/ssc_train.h5.gz.part"
}

# A git repository in the layout of Arabic Speech Commands, and a copy of the command that knows its commit.
make_repository() {
  local word speaker
  for word in zero 'zoom in'; do
    mkdir -p "repository/dataset/$word"
    for speaker in 1 2 3; do
      echo "$word $speaker" >"repository/dataset/$word/0000000${speaker}_NO_01.wav"
    done
  done
  for part in train:1 val:2 test:3; do
    { echo file,class && printf 'dataset/%s/0000000%s_NO_01.wav,%s\n' zero "${part#*:}" zero 'zoom in' "${part#*:}" 'zoom in'; } \
      >"repository/${part%:*}.csv"
  done
  commit repository
}
commit() { # commit DIRECTORY
  git -C "$1" init --quiet && git -C "$1" add .
  git -C "$1" -c user.name=nobody -c user.email=nobody@localhost commit --quiet --message 'Recordings'
}
knows_commit() { # knows_commit DIRECTORY: sets `fetch` to a copy that knows its commit
  mkdir -p copy/bin copy/cmake
  cp "$source/cmake/setup.sh" copy/cmake
  sed "s/commit=[0-9a-f]\{40\}/commit=$(git -C "$1" rev-parse HEAD)/" "$source/bin/fetch-data" >copy/bin/fetch-data
  chmod +x copy/bin/fetch-data
  fetch=$scratch/copy/bin/fetch-data
}

from_repository() {
  command -v git >/dev/null || { echo "skipped: no git"; exit 77; }
  export GIT_CONFIG_GLOBAL=/dev/null
  make_repository
  local url=file://$scratch/repository
  attempt asc --url "$url" --to a
  expect 'another repository' 1 'the commit 72f3438212ff6cf8fbe5ae8068361840646429bd cannot be downloaded'
  [ ! -e a/asc/recordings ] || { echo 'another repository: was taken'; exit 1; }

  knows_commit repository
  attempt asc --url "$url" --to a
  expect 'a repository' 0 'a/asc/recordings: done'
  local found expected
  found=$(cd a/asc/recordings && find . -type f | sort)
  expected=$(printf './%s\n' {test/{zero,zoom\ in}/00000003,train/{zero,zoom\ in}/00000001,valid/{zero,zoom\ in}/00000002}_NO_01.wav {test,train,val}.csv | sort)
  [ "$found" = "$expected" ] || { echo "a repository: $found"; exit 1; }
  cmp 'a/asc/recordings/valid/zoom in/00000002_NO_01.wav' 'repository/dataset/zoom in/00000002_NO_01.wav'
  [ "$(ls a/asc)" = recordings ] || { echo "a repository: left behind: $(ls a/asc)"; exit 1; }
  mv repository moved
  attempt asc --url "$url" --to a
  expect 'a second call' 0 'a/asc/recordings: is there'
  attempt asc --url "$url" --to b
  expect 'no repository' 1 'cannot be downloaded'

  mkdir -p c/asc/recordings.part/train # what a killed command left
  attempt asc --url "file://$scratch/moved" --to c
  expect 'an interrupted download' 0 'c/asc/recordings: done'

  rm moved/dataset/zero/00000003_NO_01.wav
  commit moved
  knows_commit moved
  attempt asc --url "file://$scratch/moved" --to d
  expect 'a recording that is missing' 1 'does not hold the recordings that test.csv lists'
  [ ! -e d/asc/recordings ] || { echo 'a recording that is missing: was taken'; exit 1; }
}

from_files() {
  local url=file://$scratch/mirror
  attempt ssc --url "$url" --to a
  expect 'a mirror' 0 'ssc_test.h5: done'
  expect_corpus 'a mirror' a
  mv mirror moved
  attempt ssc --url "$url" --to a
  expect 'a second call' 0 'ssc_train.h5: is there'
  mv moved mirror

  begin b 150000
  attempt ssc --url "$url" --to b
  expect 'an interrupted download' 0 'done'
  expect_corpus 'an interrupted download' b

  mkdir -p c/ssc
  head -c 150000 /dev/zero >c/ssc/ssc_train.h5.gz.part
  attempt ssc --url "$url" --to c
  expect 'the beginning of something else' 0 'done'
  expect_corpus 'the beginning of something else' c

  cp -r mirror damaged
  printf x | dd of=damaged/ssc_valid.h5.gz bs=1 seek=100000 conv=notrunc status=none
  attempt ssc --url "file://$scratch/damaged" --to d
  expect 'a damaged file' 1 'damaged/ssc_valid.h5.gz: does not have the MD5'
  [ "$(ls d/ssc)" = ssc_train.h5 ] || { echo "a damaged file: left behind: $(ls d/ssc)"; exit 1; }

  echo '# no sums' >damaged/md5sums.txt
  attempt ssc --url "file://$scratch/damaged" --to e
  expect 'no checksum' 1 'damaged/md5sums.txt: has no MD5 of ssc_train.h5.gz'
  rm damaged/md5sums.txt
  attempt ssc --url "file://$scratch/damaged" --to e
  expect 'no checksums' 1 'damaged/md5sums.txt: cannot be read'

  # A mirror's own checksums do not replace those that are known.
  mkdir other
  gzip -nc ssc_test.h5 >other/shd_train.h5.gz
  (cd other && md5sum shd_train.h5.gz >md5sums.txt)
  attempt shd --url "file://$scratch/other" --to f
  expect 'other contents' 1 'other/shd_train.h5.gz: does not have the MD5 d47c9825dee33347913e8ce0f2be08b0'

  touch occupied
  attempt ssc --url "$url" --to occupied
  expect 'no directory' 1 'occupied/ssc: cannot be made'
  attempt shc
  expect 'a wrong name' 2 "no corpus is named 'shc'; expected shd, ssc, mnist or asc"
  attempt
  expect 'no name' 2 'which corpus?'
  attempt ssc --url ftp://there
  expect 'a wrong address' 2 '--url ftp://there: expected https://'
  attempt ssc --to
  expect 'no value' 2 '--to: expected a value'
  attempt --help
  expect 'help' 0 'usage: bin/fetch-data'
}

# Python's file server, and the same one that understands "Range: bytes=N-".
cat >server.py <<'PYTHON'
import http.server, os, sys

class Plain(http.server.SimpleHTTPRequestHandler):
    pass

class Ranges(Plain):
    def send_head(self):
        wanted = self.headers.get("Range")
        path = self.translate_path(self.path)
        if not wanted or not os.path.isfile(path):
            return super().send_head()
        size, first = os.path.getsize(path), int(wanted.removeprefix("bytes=").rstrip("-"))
        if first >= size:
            return self.send_error(416)
        file = open(path, "rb")
        file.seek(first)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("Content-Length", str(size - first))
        self.end_headers()
        return file

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), {"plain": Plain, "ranges": Ranges}[sys.argv[1]])
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
serve() { # serve plain|ranges: sets `url`; what was asked for goes to requests.txt
  [ -z "$server" ] || kill "$server"
  rm -f port.txt
  python3 server.py "$1" >port.txt 2>requests.txt &
  server=$!
  for _ in {1..100}; do [ -s port.txt ] && break || sleep 0.1; done
  url=http://127.0.0.1:$(cat port.txt)/mirror
}

from_server() {
  command -v python3 >/dev/null || { echo "skipped: no python3 to serve the files"; exit 77; }
  serve ranges
  attempt ssc --url "$url/" --to a
  expect 'a server' 0 'ssc_test.h5: done'
  expect_corpus 'a server' a

  begin b 150000
  attempt ssc --url "$url" --to b
  expect 'an interrupted download' 0 'done'
  expect_corpus 'an interrupted download' b
  grep -q '"GET /mirror/ssc_train.h5.gz HTTP/1.1" 206' requests.txt || { echo 'was not continued'; cat requests.txt; exit 1; }

  begin c 1000000 # all of it, but not unpacked
  attempt ssc --url "$url" --to c
  expect 'a complete download' 0 'done'
  expect_corpus 'a complete download' c

  attempt ssc --url "$url/nowhere" --to d
  expect 'no such place' 1 '/mirror/nowhere/md5sums.txt: cannot be read'
  attempt mnist --url "$url" --to d
  expect 'no such file' 1 '/mirror/train-images-idx3-ubyte.gz: cannot be downloaded'

  serve plain
  begin e 150000
  attempt ssc --url "$url" --to e
  expect 'a server that cannot continue' 0 'done'
  expect_corpus 'a server that cannot continue' e

  kill "$server" && server=
  attempt mnist --url "$url" --to f
  expect 'no network' 1 'train-images-idx3-ubyte.gz: cannot be downloaded; the same command tries again'
}

case $2 in files) from_files ;; server) from_server ;; repository) from_repository ;; esac
