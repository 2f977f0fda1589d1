# shellcheck shell=sh disable=SC2034
# install.sh - sourced: installs the packages of a Debian system that are
# missing, as root or through sudo, and asks for nothing.

# What every build needs.
build_packages='gcc g++ meson ninja-build pkgconf python3 openssl
  libcurl4-openssl-dev libcmocka-dev libinih-dev libuv1-dev'

# What all tests need beyond that: programs to run under the drop-in, servers
# for them, and valgrind.
test_packages='libcurl3-gnutls curl cmake git php-cli php-curl
  php-symfony-http-client python3-pycurl python3-tornado nginx-light valgrind'

# What the fuzz targets need to search.
fuzz_packages='clang libclang-rt-dev'

# What coverage.sh needs beyond that of the tests.
coverage_packages=gcovr

as_root()
{
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

apt()
{
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
}

# need PACKAGE... - returns non-zero if one is missing and stays so.
need()
{
  if ! command -v dpkg >/dev/null; then
    echo "not a Debian system, nothing is installed; needed are:" "$@" >&2
    return 0
  fi

  missing=
  for package in "$@"; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: .* installed$' ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  echo "installing:$missing" >&2
  # shellcheck disable=SC2086 # a list of names
  apt update >&2 && apt install -y --no-install-recommends $missing >&2
}
