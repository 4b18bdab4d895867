# Sourced by ./kb on a machine that is not set up yet, or no longer: installs Node, pnpm and the dependencies.

tell() { printf 'kb: %s\n' "$*" >&2; }

# The path of a Node on PATH that runs our sources as they are, or nothing.
usable_node() {
  command -v node >/dev/null 2>&1 || return 1
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    if ((a === 22 && b >= 18) || (a === 24 && b >= 11) || a >= 26) console.log(process.execPath); else process.exit(1)' 2>/dev/null
}

# The npm package that carries the Node binary for this machine.
node_package() {
  local os arch
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) tell "no Node for $(uname -s): install Node >= 22.18 yourself, then run kb again"; return 1 ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) tell "no Node for $(uname -m): install Node >= 22.18 yourself, then run kb again"; return 1 ;;
  esac
  case $os-$arch in darwin-arm64) echo "node-bin-$os-$arch" ;; *) echo "node-$os-$arch" ;; esac
}

# npm fetches everything else. As root it is installed as any package of the system is.
npm_there() {
  command -v npm >/dev/null 2>&1 && return
  if [ "$EUID" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    tell "found no npm on this machine: installing it with apt-get"
    # Not left to debconf to ask, nor to fail while the machine updates itself.
    if DEBIAN_FRONTEND=noninteractive apt-get update -qq -o DPkg::Lock::Timeout=300 </dev/null >&2 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 npm ca-certificates </dev/null >&2 &&
      command -v npm >/dev/null 2>&1; then return; fi
    tell "apt-get could not install npm: see its message above"
  else
    tell "found no npm on this machine, which fetches Node $node_pin and pnpm $pnpm_pin into .kb/; kb installs it itself only as root, with apt-get"
  fi
  tell "next: sudo apt-get install -y npm   (or install any Node that brings npm), then run kb again"
  return 1
}

install_toolchain() {
  local node new=$state/toolchain.new package= exe
  node=$(usable_node) || package=$(node_package) || return 1
  npm_there || return 1
  tell "fetching ${package:+Node $node_pin and }pnpm $pnpm_pin into .kb/"
  rm -rf "$new" && mkdir -p "$new/bin" || return 1
  # The packages hold the binaries themselves, so no install script has to run.
  if ! npm install --prefix "$new" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error \
    ${package:+"$package@$node_pin"} "pnpm@$pnpm_pin" >&2; then
    tell "npm could not fetch them: see its message above; is the registry reachable (npm ping)?"
    return 1
  fi
  [ -z "$package" ] || node=../node_modules/$package/bin/node
  ln -s "$node" "$new/bin/node"
  # An old npm fetches the binary for every libc; the one that runs here is ours.
  for exe in "$new"/node_modules/@pnpm/exe.*/pnpm "$new/node_modules/pnpm/pnpm"; do
    PATH="$new/bin:$PATH" "$exe" --version >/dev/null 2>&1 && ln -s "../${exe#"$new/"}" "$new/bin/pnpm" && break
  done
  if ! "$new/bin/node" --version >/dev/null || [ ! -x "$new/bin/pnpm" ]; then
    tell "Node or pnpm was fetched but does not run here ($(uname -sm)); next: install Node >= 22.18 and run kb again"
    return 1
  fi
  echo "$node_pin $pnpm_pin" >"$new/pins"
  rm -rf "$state/toolchain" && mv "$new" "$state/toolchain"
}

install_dependencies() {
  tell "installing the dependencies of pnpm-lock.yaml"
  (
    cp "$root/pnpm-lock.yaml" "$state/installing-lock.yaml" &&
      cd "$root" && PATH="$bin:$PATH" CI=1 "$bin/pnpm" install --frozen-lockfile --reporter=append-only --loglevel=warn </dev/null >&2 &&
      mv "$state/installing-lock.yaml" "$state/installed-lock.yaml"
  ) || {
    tell "pnpm could not install them: see its message above; next: ./kb pnpm install"
    return 1
  }
}

# Two kb at once: one sets up, the other waits for it. The lock is a link whose target is the owner's pid.
lock() {
  local owner told=
  mkdir -p "$state" || return 1
  until ln -s $$ "$state/setup.lock" 2>/dev/null; do
    owner=$(readlink "$state/setup.lock") || continue
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null && [ ! -d "/proc/$owner" ]; then
      mv "$state/setup.lock" "$state/setup.lock.$$" 2>/dev/null || continue
      [ "$(readlink "$state/setup.lock.$$")" = "$owner" ] || { mv "$state/setup.lock.$$" "$state/setup.lock"; continue; }
      rm -f "$state/setup.lock.$$"
      continue
    fi
    [ -n "$told" ] || tell "waiting for another kb (pid $owner) to finish the set-up"
    told=1
    sleep 0.2
  done
}

set_up() {
  local status=0 began=$SECONDS
  lock || return 1
  trap 'rm -f "$state/setup.lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ! toolchain_ready || ! dependencies_ready; then
    toolchain_ready || install_toolchain || status=1
    [ $status != 0 ] || dependencies_ready || install_dependencies || status=1
    [ $status != 0 ] || tell "ready in $((SECONDS - began)) s"
  fi
  rm -f "$state/setup.lock"
  trap - EXIT INT TERM
  return $status
}
