/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The textual form of certificates and keys. Stops at octets: a certificate that no
 * library can read can still be proved by its octets (RFC 7671 5.1). */

#include "pem.h"

#include <gnutls/gnutls.h>
#include <string.h>

static const char begin[] = "-----BEGIN ";
static const char marked_begin[] = "\xef\xbb\xbf-----BEGIN ";
static const char end[] = "-----END ";
static const char tail[] = "-----";

static struct dance_octets take_line(struct dance_octets *text)
{
	const unsigned char *newline = memchr(text->data, '\n', text->size);
	size_t size = newline != NULL ? (size_t)(newline - text->data) + 1 : text->size;
	struct dance_octets line = { text->data, size };
	text->data += size;
	text->size -= size;
	while (line.size > 0 && strchr(" \t\r\n", line.data[line.size - 1]) != NULL &&
		line.data[line.size - 1] != '\0') {
		line.size--;
	}
	return line;
}

static bool starts(const struct dance_octets *line, const char *with)
{
	return line->size >= strlen(with) && memcmp(line->data, with, strlen(with)) == 0;
}

/* The label of a line of this kind. */
static bool take_label(const struct dance_octets *line, const char *kind,
	struct dance_octets *label)
{
	size_t around = strlen(kind) + strlen(tail);
	if (!starts(line, kind) || line->size <= around ||
		memcmp(line->data + line->size - strlen(tail), tail, strlen(tail)) != 0) {
		return false;
	}
	*label = (struct dance_octets){ line->data + strlen(kind), line->size - around };
	return true;
}

bool pem_next(struct dance_octets *text, struct pem_block *block, const char **why)
{
	*why = NULL;
	struct dance_octets line, last;
	do {
		if (text->size == 0) {
			return false;
		}
		line = take_line(text);
		if (starts(&line, marked_begin)) {
			*why = "a byte order mark precedes a PEM block: remove it, since TLS programs cannot read such a file";
			return false;
		}
	} while (!take_label(&line, begin, &block->label));

	block->body = (struct dance_octets){ text->data, 0 };
	for (;;) {
		if (text->size == 0) {
			*why = "a PEM block has no end";
			return false;
		}
		size_t before = (size_t)(text->data - block->body.data);
		line = take_line(text);
		if (starts(&line, begin)) {
			*why = "a PEM block begins inside another one";
			return false;
		}
		if (!starts(&line, end)) {
			continue;
		}
		block->body.size = before;
		if (!take_label(&line, end, &last) || last.size != block->label.size ||
			memcmp(last.data, block->label.data, last.size) != 0) {
			*why = "a PEM block begins and ends with different labels";
			return false;
		}
		return true;
	}
}

bool pem_has_label(const struct pem_block *block, const char *label)
{
	return block->label.size == strlen(label) &&
		memcmp(block->label.data, label, block->label.size) == 0;
}

bool pem_is_encrypted(const struct pem_block *block)
{
	static const char mark[] = "ENCRYPTED";
	struct dance_octets rest = block->body;
	while (rest.size != 0) {
		struct dance_octets line = take_line(&rest);
		if (starts(&line, "Proc-Type:") &&
			memmem(line.data, line.size, mark, strlen(mark)) != NULL) {
			return true;
		}
	}
	return false;
}

bool pem_decode(const struct pem_block *block, struct dance_octets *der, const char **why)
{
	*der = (struct dance_octets){ NULL, 0 };
	gnutls_datum_t text = { (unsigned char *)(uintptr_t)block->body.data,
		(unsigned)block->body.size };
	gnutls_datum_t octets = { NULL, 0 };
	if (gnutls_base64_decode2(&text, &octets) != 0) {
		*why = "a PEM block is not base64";
		return false;
	}
	*der = (struct dance_octets){ octets.data, octets.size };
	if (octets.size == 0) {
		pem_clear(der);
		*why = "a PEM block is empty";
		return false;
	}
	return true;
}

void pem_clear(struct dance_octets *der)
{
	/* It is ours: what GnuTLS allocated for pem_decode(). */
	void *data = (void *)(uintptr_t)der->data;
	if (data != NULL) {
		explicit_bzero(data, der->size);
	}
	gnutls_free(data);
	*der = (struct dance_octets){ NULL, 0 };
}
