# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/candidate.c
# Says: a name is looked up also where all is to be quiet
# Cost: cheap
s/DANCE_ALLOW && !inquiry->quiet &&/DANCE_ALLOW \&\&/
