# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a wildcard stands for a client
# Cost: cheap
s/peer_bears_name\(peer, &host, role == DANCE_SERVER\)/peer_bears_name(peer, \&host, true)/
