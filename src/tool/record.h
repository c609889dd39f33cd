/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * TLSA records as text (RFC 6698 2.2) and the words for their fields (RFC 7218). */

#pragma once

#include <stdio.h>

#include "dance.h"

/* What a record has room for beside its three numbers (RFC 1035 3.2.1). */
#define RECORD_DATA_MAX (65535 - 3)

/* Reads "3 1 1 HEX", words in place of the numbers too, and a line of a zone file (RFC 1035 5.1,
 * RFC 3597 5): owner name, TTL, class and type before the numbers, each of which may be missing
 * but the type. The digits of HEX may be separated by blanks. Numbers that nobody has assigned are
 * fine, and so is data of a wrong length: whether a record is usable is for the library to say.
 * The caller clears the record. False, with the mistake named in `why`. */
bool record_from_text(const char *text, struct dance_tlsa *record,
	char why[DANCE_ERROR_SIZE]);

void record_clear(struct dance_tlsa *record);

/* "TLSA 3 1 1 " and the data in hex. */
void record_print(FILE *out, const struct dance_tlsa *record);

/* The same of a record whose data is all there is (RFC 3597 5): "TLSA \# 2 0301". */
void record_print_generic(FILE *out, const struct dance_tlsa *record);

/* Just the data. */
void record_print_data(FILE *out, struct dance_octets data);

/* Read the word or assigned number of one field. False if it is none. */
bool record_usage(const char *text, uint8_t *usage);
bool record_selector(const char *text, uint8_t *selector);
bool record_matching(const char *text, uint8_t *matching);

/* Reads a list like "dane-ee,dane-ta" as DANCE_* bits. False if a part is no usage. */
bool record_usages(const char *text, unsigned *usages);
