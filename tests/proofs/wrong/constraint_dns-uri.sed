# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a base of URIs is for what is below its host
# Cost: dear
/^static enum general_name_place host_place/,/^}/ s/host_name_is_equal\(host, base_host\(base\)\)/(host_name_is_equal(host, base_host(base)) || host_name_is_below(host, base_host(base)))/
