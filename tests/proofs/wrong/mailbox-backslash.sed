# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/mailbox.c
# Says: a backslash is part of a local part in quotes
# Cost: cheap
s/if \(quoted && local->size > 0/if (false \&\& local->size > 0/
