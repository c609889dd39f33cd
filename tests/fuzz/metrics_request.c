/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A request for metrics, from whoever can connect: as it comes, and in any two parts. It has one
 * status, and octets behind its end change nothing. */

#include "metrics_request.h"

#include <string.h>

#include "target.h"

static bool read_copy(struct metrics_request *request, const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	must(copy != NULL);
	char *exact = copy + 1; /* its end is that of the block */
	memcpy(exact, size > 0 ? (const void *)data : "", size);
	bool whole = metrics_request_read(request, exact, size);
	free(copy);
	return whole;
}

static bool is_status(unsigned status)
{
	static const unsigned known[] = { 200, 400, 404, 405, 431, 505 };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == status) {
			return true;
		}
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct metrics_request request;
	size_t first = 0; /* octets that were whole, if any were */
	size = size < METRICS_REQUEST_MAX ? size : METRICS_REQUEST_MAX;
	for (size_t part = 0; part <= size && first == 0; part++) {
		if ((part == size || data[part] == '\n' || part % 64 == 0) &&
			read_copy(&request, data, part)) {
			first = part;
		}
	}
	if (first == 0) {
		must(size < METRICS_REQUEST_MAX);
		return 0;
	}
	must(is_status(request.status));
	must(request.status != 431 || first == METRICS_REQUEST_MAX);
	struct metrics_request again;
	must(read_copy(&again, data, size));
	must(again.status == request.status && again.is_head == request.is_head &&
		again.classic == request.classic);
	return 0;
}
