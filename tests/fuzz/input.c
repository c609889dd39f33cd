/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Taking an input apart. */

#include "input.h"

#include <string.h>

#include "target.h"

struct input input_begin(const uint8_t *data, size_t size)
{
	return (struct input){ .data = data, .size = size };
}

void input_end(struct input *input)
{
	for (size_t i = 0; i < input->copy_count; i++) {
		free(input->copies[i]);
	}
}

uint8_t input_octet(struct input *input)
{
	if (input->size == 0) {
		return 0;
	}
	input->size--;
	return *input->data++;
}

static uint16_t input_length(struct input *input)
{
	uint8_t high = input_octet(input);
	return (uint16_t)(high << 8 | input_octet(input));
}

uint32_t input_number(struct input *input)
{
	uint32_t high = input_length(input);
	return high << 16 | input_length(input);
}

static void *keep(struct input *input, size_t size)
{
	must(input->copy_count < INPUT_COPY_MAX);
	void *copy = malloc(size);
	must(copy != NULL);
	input->copies[input->copy_count++] = copy;
	return copy;
}

struct dance_octets input_copy(struct input *input, const void *data, size_t size)
{
	if (size == 0) {
		return (struct dance_octets){ NULL, 0 };
	}
	return (struct dance_octets){ memcpy(keep(input, size), data, size), size };
}

/* The next field, still in its place. */
static struct dance_octets input_field(struct input *input)
{
	size_t size = input_length(input);
	if (size > input->size) {
		size = input->size;
	}
	const struct dance_octets field = { input->data, size };
	input->data += size;
	input->size -= size;
	return field;
}

struct dance_octets input_octets(struct input *input)
{
	struct dance_octets field = input_field(input);
	return input_copy(input, field.data, field.size);
}

const char *input_text(struct input *input)
{
	struct dance_octets field = input_field(input);
	char *text = keep(input, field.size + 1);
	if (field.size != 0) {
		memcpy(text, field.data, field.size);
	}
	text[field.size] = '\0';
	return text;
}
