/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The CA certificates that the PKIX usages rely on. */

#pragma once

#include <gnutls/gnutls.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <time.h>

#include "certificate.h"

/* A file that was written to less than so many seconds ago may be written to again without any
 * difference in its times. */
#define TRUST_STORE_SETTLED_S 3

/* What tells that a file has been written to. */
struct trust_stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
	bool settled; /* it was old enough when it was looked at */
};

struct dance_trust {
	struct certificate *certificates; /* hashed: nobody writes to them any more */
	gnutls_datum_t *der;              /* of each, owned */
	unsigned count;
	/* The rest under a lock of its own. */
	unsigned references;
	LIST_ENTRY(dance_trust) link;
	char *path; /* NULL: it is not shared */
	struct trust_stamp stamp;
	unsigned char digest[32]; /* of what stood in the file */
};
