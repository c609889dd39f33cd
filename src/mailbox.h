/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Mailboxes as rfc822Names hold them (RFC 5280 4.2.1.6, RFC 5321 4.1.2), in ASCII and at a host
 * that has a name. */

#pragma once

#include <stdbool.h>

#include "dance.h"

struct mailbox {
	struct dance_octets local; /* as sent, quotes and all */
	struct dance_octets host;
};

/* Takes a mailbox apart; false if it is none, or one at an address literal. */
bool mailbox_read(struct dance_octets text, struct mailbox *mailbox);

/* Do both mean one mailbox: whether the local part is written in quotes or not, the host in any
 * case? */
bool mailbox_is_same(const struct mailbox *a, const struct mailbox *b);
