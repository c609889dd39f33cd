/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The errors of accept(2). */

#include "shortage.h"

#include <errno.h>
#include <stddef.h>

const char *shortage_after_accept(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case ENETDOWN:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return NULL;
	case ENOMEM:
	case ENOBUFS:
		return SHORTAGE_OF_MEMORY;
	case ENFILE:
		return "raise the system's limit on open files, or lower 'max-connections'";
	default:
		return "raise LimitNOFILE, or lower 'max-connections'";
	}
}
