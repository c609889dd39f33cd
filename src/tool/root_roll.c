/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DS records and whole keys (RFC 4034 5.1.4) as root_key.c passes them on: "OWNER IN TYPE43 \#
 * SIZE HEX". */

#include "root_roll.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "root_key.h"

#define FLAG_REVOKE 0x80 /* in the second octet (RFC 5011 7) */
#define FLAG_SEP 0x01    /* RFC 4034 2.1.1 */
#define DS_SHA256 2
#define DS_SHA384 4
#define DIGEST_MAX 48

void root_roll_take(void *arg, const uint8_t *data, size_t size)
{
	struct root_roll *roll = arg;
	if (roll->count < ROOT_ROLL_MAX && size > 4 && size <= ROOT_ROLL_KEY_MAX &&
		(data[1] & FLAG_SEP) != 0) {
		struct root_roll_key *key = &roll->keys[roll->count++];
		memcpy(key->data, data, size);
		key->size = size;
		key->trusted = false;
	}
}

/* RFC 4034 appendix B. */
static unsigned tag_of(const struct root_roll_key *key)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < key->size; i++) {
		sum += i % 2 == 0 ? (uint32_t)key->data[i] << 8 : key->data[i];
	}
	return (sum + (sum >> 16)) & 0xffff;
}

/* The key as it was before it was revoked, behind the root's name. */
static size_t write_signed_form(const struct root_roll_key *key,
	uint8_t form[1 + ROOT_ROLL_KEY_MAX])
{
	form[0] = 0;
	memcpy(form + 1, key->data, key->size);
	form[2] &= (uint8_t)~FLAG_REVOKE;
	return 1 + key->size;
}

static bool is_ds_of(const uint8_t *ds, size_t size, const uint8_t *form, size_t form_size)
{
	uint8_t digest[DIGEST_MAX];
	bool is_384 = size > 4 && ds[3] == DS_SHA384;
	size_t digest_size = is_384 ? 48 : 32;
	return size == 4 + digest_size && (is_384 || ds[3] == DS_SHA256) &&
		gnutls_hash_fast(is_384 ? GNUTLS_DIG_SHA384 : GNUTLS_DIG_SHA256, form,
			form_size, digest) == 0 &&
		memcmp(ds + 4, digest, digest_size) == 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

static size_t read_hex(const char *text, uint8_t *octets, size_t room)
{
	size_t size = 0;
	for (; size < room; size++, text += 2) {
		int high = hex_digit(text[0]);
		int low = high >= 0 ? hex_digit(text[1]) : -1;
		if (low < 0) {
			break;
		}
		octets[size] = (uint8_t)(high << 4 | low);
	}
	return size;
}

static bool compare(void *arg, const char *record)
{
	struct root_roll *roll = arg;
	uint8_t anchor[ROOT_ROLL_KEY_MAX], form[1 + ROOT_ROLL_KEY_MAX];
	const char *hex = strrchr(record, ' ');
	bool is_ds = strncmp(record, ". IN TYPE43 ", 12) == 0;
	if (hex == NULL || (!is_ds && strncmp(record, ". IN TYPE48 ", 12) != 0)) {
		return true;
	}
	size_t size = read_hex(hex + 1, anchor, sizeof(anchor));
	for (size_t i = 0; i < roll->count; i++) {
		struct root_roll_key *key = &roll->keys[i];
		size_t form_size = write_signed_form(key, form);
		key->trusted = key->trusted ||
			(is_ds ? is_ds_of(anchor, size, form, form_size) :
				 size == form_size - 1 &&
						memcmp(anchor, form + 1, size) == 0);
	}
	return true;
}

bool root_roll_is_due(struct root_roll *roll, const char *path, char *sentence, size_t size)
{
	char why[DANCE_ERROR_SIZE];
	if (root_key_read(path, compare, roll, why) != ROOT_KEY_USABLE) {
		return false; /* the lookup has said so */
	}
	for (size_t i = 0; i < roll->count; i++) {
		const struct root_roll_key *key = &roll->keys[i];
		bool revoked = (key->data[1] & FLAG_REVOKE) != 0;
		if (revoked == key->trusted) {
			(void)snprintf(sentence, size,
				revoked ?
					"the root revokes its key %u, which the trust anchor %.100s has: have that file updated" :
					"the root has a key %u that the trust anchor %.100s lacks: have that file updated before the root's key is replaced",
				tag_of(key), path);
			return true;
		}
	}
	return false;
}
