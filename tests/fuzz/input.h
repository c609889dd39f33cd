/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An input taken apart, field by field; make_corpus writes what is read here. Every field
 * is a copy of its own, so that a sanitizer sees a step over its end. */

#pragma once

#include <stdbool.h>

#include "dance.h"

#define INPUT_COPY_MAX 1024

struct input {
	const uint8_t *data;
	size_t size; /* what is left */
	size_t copy_count;
	void *copies[INPUT_COPY_MAX];
};

struct input input_begin(const uint8_t *data, size_t size);
void input_end(struct input *input);

/* Zero when nothing is left. */
uint8_t input_octet(struct input *input);

/* Four octets, the highest first. */
uint32_t input_number(struct input *input);

/* A length in two octets, then so many; fewer if no more are left. Nothing at all is a
 * null pointer. */
struct dance_octets input_octets(struct input *input);

/* The same as a string. */
const char *input_text(struct input *input);

/* A copy that lives as long as the others. */
struct dance_octets input_copy(struct input *input, const void *data, size_t size);
