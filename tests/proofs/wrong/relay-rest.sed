# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: the server is left before it has answered
# Cost: cheap
/may_leave_server/,/leave_server\(\);/ s/connected \&\& is_at_rest/connected/
