/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The body of dane_clientid. Input: one, as a peer sent it. What is read of it lies inside, all
 * of it but its length; a name that is taken has no octet that could mean anything to DNS or
 * to C; and no name that libdance knows is refused. */

#include "clientid.h"

#include <string.h>

#include "input.h"
#include "name.h"
#include "target.h"

static void check_name(const unsigned char *name, size_t size)
{
	unsigned char body[1 + CLIENTID_NAME_MAX];
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	must(size > 0 && size <= CLIENTID_NAME_MAX);
	for (size_t i = 0; i < size; i++) {
		must(name[i] != '\0' &&
			(strchr(letters, name[i]) != NULL ||
				strchr("0123456789-_.", name[i]) != NULL));
	}
	must(clientid_write(body, (const char *)name, size) == 1 + size);
	must(body[0] == size && memcmp(body + 1, name, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_octets body = input_copy(&input, data, size);
	const unsigned char *name;
	const char *why;
	struct name known;
	size_t name_size;
	if (clientid_read(body.data, body.size, &name, &name_size)) {
		must(name == body.data + 1 && name_size == body.size - 1);
		must(body.data[0] == name_size);
		bool taken = clientid_is_name(name, name_size);
		must(taken || !name_from_text(&known, (const char *)name, name_size, &why));
		if (taken) {
			check_name(name, name_size);
		}
	} else {
		must(body.size == 0 || body.data[0] != body.size - 1);
	}
	input_end(&input);
	return 0;
}
