#!/usr/bin/env bash
# Installs and builds the peers that SeqGen is measured against, into artifacts/peers. Ordinary package clients alone: apt-get and npm.
# Goes on past a peer that fails and says at the end which are missing; the runner leaves those out and says so in its rows.
# Usage: benchmarks/setup.sh [build]      build: installs nothing, only builds what can be built
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source="$here/peers"
out="$here/../artifacts/peers"
python=/usr/bin/python3       # Debian's PyTorch belongs to Debian's Python
missing=()
mkdir -p "$out/avx512" "$out/avx2"
out=$(cd "$out" && pwd)

# attempt WHAT COMMAND...: runs a command, remembers a failure, shows the end of what it said.
attempt() {
  local what=$1 log
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then printf 'ok       %s\n' "$what"; else printf 'MISSING  %s\n' "$what"; tail -n 5 "$log" | sed 's/^/         /'; missing+=("$what"); fi
  rm -f "$log"
}

install() {
  local sudo='' package
  [ "$(id -u)" = 0 ] || sudo=$(command -v sudo)
  attempt 'package lists' $sudo apt-get update
  # One by one, so that one that cannot be had does not keep the others away.
  for package in g++ clang libeigen3-dev libopenblas-dev libdnnl-dev python3-numpy python3-torch python3-onnx; do
    dpkg -s "$package" >/dev/null 2>&1 || attempt "package $package" $sudo apt-get install -y --no-install-recommends "$package"
  done
  command -v npm >/dev/null || attempt 'package npm' $sudo apt-get install -y --no-install-recommends npm
  # Without scripts: the package's own tries to download a GPU build. The library for the processor is in the package.
  attempt 'ONNX Runtime, from npm' npm install --prefix "$out" --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0
}

# compile ISA COMPILER NAME SOURCE FLAGS...
compile() {
  local isa=$1 compiler=$2 name=$3 file=$4 flags
  shift 4
  case $isa in
    avx512) flags=(-march=native -mprefer-vector-width=512) ;;
    avx2) flags=(-march=x86-64-v3 -mtune=native) ;;
  esac
  attempt "$name, $isa" "$compiler" -std=c++17 -O3 -ffast-math "${flags[@]}" -I/usr/include/eigen3 "$source/$file" -o "$out/$isa/$name" "$@"
}

[ "${1:-}" = build ] || install

for isa in avx512 avx2; do
  compile $isa g++ stream-gcc stream.cpp
  compile $isa clang++ stream-clang stream.cpp -fveclib=libmvec -lmvec       # vector maths, which g++ uses without being asked
  compile $isa g++ train-gcc train.cpp
  compile $isa clang++ train-clang train.cpp
  compile $isa g++ train-openblas train.cpp -DEIGEN_USE_BLAS -lopenblas
  compile $isa g++ cells-gcc cells.cpp
  compile $isa clang++ cells-clang cells.cpp -fveclib=libmvec -lmvec
  compile $isa g++ cells-openblas cells.cpp -DEIGEN_USE_BLAS -lopenblas
  compile $isa g++ onednn onednn.cpp -ldnnl
done
attempt 'ort' g++ -std=c++17 -O2 "$source/ort.cpp" -o "$out/ort" -ldl
attempt 'limits' g++ -std=c++17 -O2 "$source/limits.cpp" -o "$out/limits"
attempt 'ONNX Runtime library' test -e "$out/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1"
attempt 'ONNX models' "$python" "$source/make_onnx.py" "$out/onnx"
attempt 'PyTorch' "$python" -c 'import torch'

if [ ${#missing[@]} -gt 0 ]; then
  printf '\nmissing: %s\n' "${missing[@]}"
  exit 1
fi
printf '\nall peers are there: dotnet run -c Release --project benchmarks -- peers --json FILE\n'
