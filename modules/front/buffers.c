/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A short stack of buffers that were used before. */

#include "buffers.h"

#include <stdlib.h>

uint8_t *buffers_take(struct buffers *buffers)
{
	return buffers->count > 0 ? buffers->spare[--buffers->count] : malloc(BUFFERS_SIZE);
}

void buffers_give(struct buffers *buffers, uint8_t *buffer)
{
	if (buffer != NULL && buffers->count < BUFFERS_SPARE) {
		buffers->spare[buffers->count++] = buffer;
	} else {
		free(buffer);
	}
}

void buffers_clear(struct buffers *buffers)
{
	while (buffers->count > 0) {
		free(buffers->spare[--buffers->count]);
	}
}
