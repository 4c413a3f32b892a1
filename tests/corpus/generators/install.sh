#!/usr/bin/env bash
# Install the generators of the Node world into a folder, for the tests that build sites with them (some minutes):
#   tests/corpus/generators/install.sh DIR && SITE_GENERATORS=DIR PATH=$PATH:DIR/bin python -m pytest tests/corpus/generators
set -euo pipefail
into=$1
install() { # NAME PACKAGES...
  mkdir -p "$into/$1"
  # Without "type" in package.json: Docusaurus cannot be built with the one that npm writes.
  echo '{"private": true}' >"$into/$1/package.json"
  npm install --prefix "$into/$1" --no-fund --no-audit --silent "${@:2}"
}
install eleventy @11ty/eleventy@3
install vitepress vitepress@1
install astro astro@5 @astrojs/starlight@0.36 @astrojs/mdx@4
install docusaurus @docusaurus/core@3 @docusaurus/preset-classic@3 react react-dom
mkdir -p "$into/bin"
ln -sf "../eleventy/node_modules/.bin/eleventy" "$into/bin/eleventy"
