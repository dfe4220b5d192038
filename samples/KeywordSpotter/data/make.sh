#!/bin/sh
# Makes spoken_digits.gz and unseen_voices.wav anew, in this folder. Takes two or three minutes.
# Needs espeak-ng 1.51 (Debian: apt-get install espeak-ng); other versions have other voices. Run from the root of the repository.
set -e
command -v espeak-ng > /dev/null || { echo "espeak-ng is missing. Install it first: apt-get install espeak-ng" >&2; exit 1; }
dotnet run -c Release --project samples/KeywordSpotter -- --make samples/KeywordSpotter/data
