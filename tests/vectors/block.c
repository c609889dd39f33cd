/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reading vectors: directives, a header line, TLSA records, PEM. */

#include "block.h"

#include <gnutls/x509.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 65536

struct block_file {
	FILE *stream;
	unsigned line_number;
	char line[LINE_SIZE];
	struct block block;
	char error[BLOCK_COMMENT_SIZE];
};

struct block_file *block_file_open(const char *path)
{
	struct block_file *file = calloc(1, sizeof(*file));
	if (file == NULL) {
		return NULL;
	}
	file->stream = fopen(path, "r");
	if (file->stream == NULL) {
		free(file);
		return NULL;
	}
	return file;
}

static void forget_octets(struct block *block)
{
	for (size_t i = 0; i < block->record_count; i++) {
		free((void *)(uintptr_t)block->records[i].data);
	}
	for (size_t i = 0; i < block->chain_count; i++) {
		free((void *)(uintptr_t)block->chain[i].data);
	}
	block->record_count = 0;
	block->chain_count = 0;
}

void block_file_close(struct block_file *file)
{
	if (file != NULL) {
		forget_octets(&file->block);
		fclose(file->stream);
		free(file);
	}
}

static bool fail(struct block_file *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static bool fail(struct block_file *file, const char *format, ...)
{
	int used = snprintf(file->error, sizeof(file->error),
		"line %u: ", file->line_number);
	va_list args;
	va_start(args, format);
	vsnprintf(file->error + used, sizeof(file->error) - (size_t)used, format, args);
	va_end(args);
	return false;
}

/* The next line without its end; false at the end of the file. */
static bool read_line(struct block_file *file)
{
	if (fgets(file->line, sizeof(file->line), file->stream) == NULL) {
		return false;
	}
	file->line_number++;
	file->line[strcspn(file->line, "\r\n")] = '\0';
	return true;
}

static bool is_skipped(const char *line)
{
	return line[strspn(line, " \t")] == '\0' || line[0] == '#';
}

static bool put_word(struct block_file *file, char *word, const char *value)
{
	if (strlen(value) >= BLOCK_WORD_SIZE) {
		return fail(file, "too long: %.40s...", value);
	}
	strcpy(word, value);
	return true;
}

/* "R9 R13" */
static bool put_rules(struct block_file *file, const char *value)
{
	file->block.rules = 0;
	while (*value != '\0') {
		unsigned number;
		int used;
		if (sscanf(value, " R%u%n", &number, &used) != 1 || number == 0 ||
			number > 31) {
			return fail(file, "'%s' begins with no rule", value);
		}
		file->block.rules |= 1u << number;
		value += used;
	}
	return true;
}

/* "pkix-ta dane-ee", or "all" */
static bool put_usages(struct block_file *file, const char *value)
{
	static const struct {
		const char *word;
		unsigned bits;
	} known[] = {
		{ "all", 0 },
		{ "pkix-ta", DANCE_PKIX_TA },
		{ "pkix-ee", DANCE_PKIX_EE },
		{ "dane-ta", DANCE_DANE_TA },
		{ "dane-ee", DANCE_DANE_EE },
	};
	file->block.usages = 0;
	char words[BLOCK_WORD_SIZE], *rest = NULL;
	if (!put_word(file, words, value)) {
		return false;
	}
	for (char *word = strtok_r(words, " ", &rest); word != NULL;
		word = strtok_r(NULL, " ", &rest)) {
		size_t i = 0;
		while (i < sizeof(known) / sizeof(known[0]) &&
			strcmp(word, known[i].word) != 0) {
			i++;
		}
		if (i == sizeof(known) / sizeof(known[0])) {
			return fail(file, "'%s' is no usage", word);
		}
		file->block.usages |= known[i].bits;
	}
	return true;
}

/* One of two words, as what the second one means. */
static bool put_choice(struct block_file *file, const char *value, const char *no,
	const char *yes, bool *chosen)
{
	*chosen = strcmp(value, yes) == 0;
	return *chosen || strcmp(value, no) == 0 ||
		fail(file, "'%s' is neither %s nor %s", value, no, yes);
}

static bool put_role(struct block_file *file, const char *value)
{
	bool server;
	if (!put_choice(file, value, "client", "server", &server)) {
		return false;
	}
	file->block.role = server ? DANCE_SERVER : DANCE_CLIENT;
	return true;
}

static bool read_directive(struct block_file *file)
{
	struct block *block = &file->block;
	char word[BLOCK_WORD_SIZE];
	int used = 0;
	if (sscanf(file->line, "@%31s %n", word, &used) != 1) {
		return fail(file, "a directive without a name");
	}
	const char *value = file->line + used;
	if (strcmp(word, "id") == 0) {
		return put_word(file, block->id, value);
	} else if (strcmp(word, "rule") == 0) {
		return put_rules(file, value);
	} else if (strcmp(word, "by") == 0) {
		return put_word(file, block->by, value);
	} else if (strcmp(word, "expect") == 0) {
		return put_word(file, block->expect, value);
	} else if (strcmp(word, "verdict") == 0) {
		return put_word(file, block->verdict, value);
	} else if (strcmp(word, "name") == 0) {
		return put_word(file, block->name, value);
	} else if (strcmp(word, "ca") == 0) {
		return put_word(file, block->ca, strcmp(value, "none") == 0 ? "" : value);
	} else if (strcmp(word, "usages") == 0) {
		return put_usages(file, value);
	} else if (strcmp(word, "role") == 0 || strcmp(word, "purpose") == 0) {
		return put_role(file, value);
	} else if (strcmp(word, "raw-key") == 0) {
		return put_choice(file, value, "no", "yes", &block->raw_key);
	} else if (strcmp(word, "at") == 0) {
		block->at = strtoll(value, NULL, 10);
		return true;
	}
	return fail(file, "there is no directive @%s", word);
}

/* Hexadecimal digits, blanks among them, to octets of our own. */
static bool read_hex(struct block_file *file, const char *text, struct dance_octets *octets)
{
	unsigned char *data = malloc(strlen(text) / 2 + 1);
	if (data == NULL) {
		return fail(file, "out of memory");
	}
	size_t digits = 0;
	for (; *text != '\0'; text++) {
		static const char hex[] = "0123456789abcdef0123456789ABCDEF";
		if (*text == ' ' || *text == '\t') {
			continue;
		}
		const char *digit = strchr(hex, *text);
		if (digit == NULL) {
			free(data);
			return fail(file, "'%c' is no hexadecimal digit", *text);
		}
		unsigned char value = (unsigned char)((digit - hex) % 16);
		data[digits / 2] = digits % 2 == 0 ? (unsigned char)(value << 4) :
						     data[digits / 2] | value;
		digits++;
	}
	if (digits % 2 != 0) {
		free(data);
		return fail(file, "half an octet");
	}
	*octets = (struct dance_octets){ data, digits / 2 };
	return true;
}

static bool read_record(struct block_file *file)
{
	struct block *block = &file->block;
	do {
		if (!read_line(file)) {
			return fail(file, "a record is missing");
		}
	} while (is_skipped(file->line));

	unsigned usage, selector, matching;
	int used = 0;
	struct dance_octets data;
	if (sscanf(file->line, "%u %u %u %n", &usage, &selector, &matching, &used) != 3 ||
		usage > 255 || selector > 255 || matching > 255) {
		return fail(file, "not a TLSA record");
	}
	if (!read_hex(file, file->line + used, &data)) {
		return false;
	}
	block->records[block->record_count++] = (struct dance_tlsa){ (uint8_t)usage,
		(uint8_t)selector, (uint8_t)matching, data.data, data.size };
	return true;
}

static bool decode_pem(struct block_file *file, const char *pem, size_t size)
{
	struct block *block = &file->block;
	gnutls_datum_t text = { (unsigned char *)(uintptr_t)pem, (unsigned)size }, der;
	if (gnutls_pem_base64_decode2(NULL, &text, &der) != 0) {
		return fail(file, "no PEM that can be decoded");
	}
	unsigned char *copy = malloc(der.size + 1u);
	if (copy != NULL) {
		memcpy(copy, der.data, der.size);
		block->chain[block->chain_count++] = (struct dance_octets){ copy,
			der.size };
	}
	gnutls_free(der.data);
	return copy != NULL || fail(file, "out of memory");
}

/* Whatever stands before the BEGIN is free text. */
static bool read_certificate(struct block_file *file)
{
	char *pem = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&pem, &size);
	if (stream == NULL) {
		return fail(file, "out of memory");
	}
	bool inside = false, ended = false;
	while (!ended && read_line(file)) {
		inside |= strncmp(file->line, "-----BEGIN ", 11) == 0;
		ended = inside && strncmp(file->line, "-----END ", 9) == 0;
		if (inside) {
			fprintf(stream, "%s\n", file->line);
		}
	}
	fclose(stream);
	bool ok = ended ? decode_pem(file, pem, size) :
			  fail(file, "a certificate is missing");
	free(pem);
	return ok;
}

static bool read_body(struct block_file *file)
{
	unsigned records, certificates;
	if (sscanf(file->line, "%u %u", &records, &certificates) != 2) {
		return fail(file, "no header line");
	}
	if (records > BLOCK_RECORD_MAX || certificates > BLOCK_CHAIN_MAX) {
		return fail(file, "more records or certificates than there is room for");
	}
	for (unsigned i = 0; i < records; i++) {
		if (!read_record(file)) {
			return false;
		}
	}
	for (unsigned i = 0; i < certificates; i++) {
		if (!read_certificate(file)) {
			return false;
		}
	}
	return true;
}

static void begin(struct block *block)
{
	forget_octets(block);
	block->id[0] = '\0';
	block->by[0] = '\0';
	block->comment[0] = '\0';
	block->rules = 0;
}

const struct block *block_file_next(struct block_file *file, char *error, size_t size)
{
	struct block *block = &file->block;
	begin(block);
	file->error[0] = '\0';
	while (file->error[0] == '\0' && read_line(file)) {
		if (file->line[0] == '#' && strlen(file->line) < sizeof(block->comment)) {
			strcpy(block->comment,
				file->line + 1 + strspn(file->line + 1, "# "));
		} else if (file->line[0] == '@') {
			(void)read_directive(file);
		} else if (!is_skipped(file->line) && read_body(file)) {
			error[0] = '\0';
			return block;
		}
	}
	snprintf(error, size, "%s", file->error);
	return NULL;
}
