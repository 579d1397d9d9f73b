#!/usr/bin/env bash
# Installs what the build needs: Debian packages, and LibTorch (PyTorch's wheel) into .venv. Does nothing when all is there.
set -euo pipefail

torch_version=2.13.0
project=$(cd "$(dirname "$0")/.." && pwd)

tools=(g++ cmake ninja-build ccache espeak-ng librsvg2-bin)
lint_tools=(clang-format shellcheck)
libraries=(libyaml-cpp-dev libcli11-dev libfmt-dev libspdlog-dev nlohmann-json3-dev catch2 libsndfile1-dev libsoxr-dev
  libkissfft-dev liblinear-dev liblbfgs-dev libxxhash-dev libeigen3-dev)

usage() {
  cat <<'END_OF_USAGE'
Usage: scripts/setup.sh [--user DIR | --no-packages] [--no-torch] [--dry-run]

  (nothing)      Debian packages by apt-get, with sudo only when not root; then LibTorch
  --user DIR     without root: Debian's libraries are downloaded and unpacked into DIR, for 'make build PREFIX=DIR/usr'
  --no-packages  leave packages alone (libraries come from elsewhere, named by PREFIX)
  --no-torch     leave LibTorch alone
  --dry-run      say what is missing and how large it is, install nothing

  LIBTORCH=DIR     use this LibTorch (a folder with include/ and lib/): nothing is fetched
  TORCH_INDEX=URL  package index for PyTorch in place of pip's default, for example one with CPU or certain CUDA builds
END_OF_USAGE
}

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# ---- Debian packages

package_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

command_of() {
  case $1 in
    ninja-build) printf 'ninja' ;;
    librsvg2-bin) printf 'rsvg-convert' ;;
    *) printf '%s' "$1" ;;
  esac
}

missing_packages() {
  local package
  for package in "${tools[@]}" "${lint_tools[@]}"; do
    command -v "$(command_of "$package")" >/dev/null || printf '%s\n' "$package"
  done
  for package in "${libraries[@]}"; do package_installed "$package" || printf '%s\n' "$package"; done
  python3 -c 'import ensurepip, venv' 2>/dev/null || [[ -n ${LIBTORCH:-} ]] || printf 'python3-venv\n'
}

# "Need to get ..." and "After this operation ..." of apt-get, which says so before it asks.
apt_sizes() { LC_ALL=C apt-get "$@" --assume-no 2>/dev/null | grep -E '^(Need to get|After this)' | paste -sd' ' || true; }

install_packages() {
  local missing log as_root=()
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then
    say "packages: all there"
    return
  fi
  command -v apt-get >/dev/null || fail "missing: ${missing[*]}. This is no Debian system: see docs/install.md"
  say "missing packages: ${missing[*]}"
  if ((EUID != 0)); then
    command -v sudo >/dev/null || $dry_run ||
      fail "neither root nor sudo: ask an administrator for 'apt-get install ${missing[*]}', or use scripts/setup.sh --user DIR"
    as_root=(sudo)
  fi
  $dry_run || "${as_root[@]}" apt-get update -qq || say "apt-get update had errors; going on"
  say "$(apt_sizes install --no-install-recommends "${missing[@]}")"
  $dry_run && return
  log=$(mktemp)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    </dev/null >"$log" 2>&1 || {
    cat "$log" >&2
    fail "apt-get failed, see above"
  }
  rm "$log"
  say "packages: installed"
}

# ---- the same without root

# Belong to the system, and must not be mixed with others of their kind.
system_packages='^(libc6|libc-bin|gcc-[0-9]+-base|libgcc-s1|libstdc\+\+6|libgomp1|pkg-config|pkgconf|pkgconf-bin|libpkgconf3)_'

# apt-get with lists, cache and (empty) status of our own: needs no rights, and takes every dependency as missing.
user_apt() {
  apt-get -o Dir::State="$1/.apt/state" -o Dir::State::status="$1/.apt/status" -o Dir::Cache="$1/.apt/cache" \
    -o APT::Sandbox::User="$(id -un)" "${@:2}"
}

download_packages() {
  local folder=$1
  mkdir -p "$folder/.apt/state/lists/partial" "$folder/.apt/cache/archives/partial"
  : >"$folder/.apt/status"
  say "package lists into $folder/.apt"
  user_apt "$folder" update -qq || say "apt-get update had errors; going on"
  say "libraries: ${libraries[*]}"
  say "$(LC_ALL=C user_apt "$folder" install --no-install-recommends --assume-no "${libraries[@]}" 2>/dev/null |
    grep -E '^(Need to get|After this)' | paste -sd' ')"
  $dry_run || user_apt "$folder" install -qq -y --no-install-recommends --download-only "${libraries[@]}"
}

# Absolute /usr paths in pkg-config files and in links are moved below the folder. The CMake files of these packages find
# their own place.
relocate() {
  local folder=$1 file target
  find "$folder/usr" -name '*.pc' -exec sed -i "s|\(^[a-z_]*=\)/usr|\1$folder/usr|" {} +
  while IFS= read -r file; do
    target=$(readlink "$file")
    [[ $target != /* || $target == "$folder"/* ]] || ln -sfn "$folder$target" "$file"
  done < <(find "$folder/usr" -type l)
  # Debian chooses among BLAS libraries by /etc/alternatives, which only root can set.
  for file in "$folder"/usr/lib/*/blas/libblas.so*; do
    [[ ! -e $file ]] || ln -sfn "blas/${file##*/}" "${file%/blas/*}/${file##*/}"
  done
}

install_for_user() {
  local folder=$1 file count=0
  command -v apt-get >/dev/null || fail "no apt-get here: see docs/install.md for other ways"
  for file in g++ make python3; do command -v "$file" >/dev/null || fail "$file is missing (load a module that has it)"; done
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  if [[ -e $folder/.complete && $(<"$folder/.complete") == "${libraries[*]}" ]]; then
    say "libraries in $folder: all there ($(du -sh "$folder/usr" | cut -f1))"
  else
    download_packages "$folder"
    $dry_run && return
    for file in "$folder"/.apt/cache/archives/*.deb; do
      [[ ! ${file##*/} =~ $system_packages ]] || continue
      dpkg-deb -x "$file" "$folder"
      count=$((count + 1))
    done
    relocate "$folder"
    rm -rf "$folder/.apt"
    printf '%s' "${libraries[*]}" >"$folder/.complete"
    say "$count packages unpacked into $folder ($(du -sh "$folder/usr" | cut -f1))"
  fi
  user_prefix=$folder/usr
}

# Build tools that a cluster may lack: pip has both, as programs.
install_user_tools() {
  local file missing=()
  for file in cmake ninja; do command -v "$file" >/dev/null || [[ -x $project/.venv/bin/$file ]] || missing+=("$file"); done
  ((${#missing[@]} > 0)) || return 0
  say "missing ${missing[*]}: taken from the Python package index into .venv (about 30 MB)"
  $dry_run && return
  make_environment
  "$project/.venv/bin/pip" install --quiet --disable-pip-version-check "${missing[@]}"
}

# ---- LibTorch

make_environment() { [[ -x $project/.venv/bin/pip ]] || python3 -m venv "$project/.venv"; }

installed_torch() {
  local record
  for record in "$project"/.venv/lib/python3*/site-packages/torch-"$torch_version"*.dist-info/RECORD; do
    [[ ! -e $record ]] || printf '%s' "${record%/torch-*}/torch"
  done
}

install_torch() {
  local folder started=$SECONDS
  if [[ -n ${LIBTORCH:-} ]]; then
    [[ -e $LIBTORCH/lib/libtorch_cpu.so && -d $LIBTORCH/include ]] ||
      fail "LIBTORCH=$LIBTORCH is no LibTorch: it has no include/ or no lib/libtorch_cpu.so"
    say "LibTorch: $LIBTORCH, as asked"
    return
  fi
  folder=$(installed_torch)
  if [[ -n $folder ]]; then
    say "LibTorch $torch_version: in .venv"
    return
  fi
  say "LibTorch: pip puts torch==$torch_version into $project/.venv from ${TORCH_INDEX:-its default index}." \
    "The CPU build is a download of about 200 MB and 900 MB on disk; the default index may bring the CUDA build:" \
    "several GB, which works too. LIBTORCH=DIR or TORCH_INDEX=URL choose another."
  $dry_run && return
  make_environment
  "$project/.venv/bin/pip" install --disable-pip-version-check --progress-bar off --no-warn-script-location \
    ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "torch==$torch_version"
  [[ -n $(installed_torch) ]] || fail "pip ended well, but torch $torch_version is not in .venv"
  say "LibTorch $torch_version: .venv is now $(du -sh "$project/.venv" | cut -f1), $((SECONDS - started)) s"
}

packages=system torch=true dry_run=false user_folder='' user_prefix=''
while (($# > 0)); do
  case $1 in
    --user)
      [[ -n ${2:-} ]] || fail "--user needs a folder"
      packages=user user_folder=$2
      shift
      ;;
    --no-packages) packages=none ;;
    --no-torch) torch=false ;;
    --dry-run) dry_run=true ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done

case $packages in
  system) install_packages ;;
  user)
    install_for_user "$user_folder"
    install_user_tools
    ;;
  none) say "packages: left alone" ;;
esac
if $torch; then install_torch; fi
[[ -z $user_prefix ]] || say "next: make build PREFIX=$user_prefix"
