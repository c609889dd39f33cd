/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys are remembered by their digests. Anchors are DS records and whole keys (RFC 4034 5.1.4) as
 * root_key.c passes them on: "OWNER IN TYPE43 \# SIZE HEX". */

#include "root_roll.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#define FLAG_REVOKE 0x80 /* in the second octet (RFC 5011 7) */
#define FLAG_SEP 0x01    /* RFC 4034 2.1.1 */
#define DS_SHA256 2
#define DS_SHA384 4

/* The octets that a DS record is the digest of, and the root's name before. */
struct form {
	uint8_t octets[1 + ROOT_ROLL_KEY_MAX];
	size_t size;
};

/* RFC 4034 appendix B. */
static uint16_t tag_of(const uint8_t *data, size_t size)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < size; i++) {
		sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
	}
	return (uint16_t)(sum + (sum >> 16));
}

static bool digest(struct root_roll_key *key, const struct form *form)
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, form->octets, form->size, key->sha256) ==
		0 &&
		gnutls_hash_fast(GNUTLS_DIG_SHA384, form->octets, form->size,
			key->sha384) == 0;
}

void root_roll_take(void *arg, const uint8_t *data, size_t size)
{
	struct root_roll *roll = arg;
	struct form form = { .size = size + 1 };
	if (size <= 4 || (data[1] & FLAG_SEP) == 0) {
		return;
	}
	if (roll->count == ROOT_ROLL_MAX || size > ROOT_ROLL_KEY_MAX) {
		roll->cut = true;
		return;
	}
	/* The key as it was before it was revoked: the anchor has it so. */
	memcpy(form.octets + 1, data, size);
	form.octets[2] &= (uint8_t)~FLAG_REVOKE;
	struct root_roll_key *key = &roll->keys[roll->count];
	*key = (struct root_roll_key){ .tag = tag_of(form.octets + 1, size),
		.revoked = (data[1] & FLAG_REVOKE) != 0 };
	if (digest(key, &form)) {
		roll->count++;
	} else {
		roll->cut = true;
	}
}

static bool has(const struct root_roll *roll, const struct root_roll_key *key)
{
	for (size_t i = 0; i < roll->count; i++) {
		if (memcmp(roll->keys[i].sha256, key->sha256, sizeof(key->sha256)) == 0) {
			return true;
		}
	}
	return false;
}

void root_roll_follow(struct root_roll *roll, const struct root_roll *before)
{
	for (size_t i = 0; i < before->count && roll->count < ROOT_ROLL_MAX; i++) {
		if (!has(roll, &before->keys[i])) {
			roll->keys[roll->count] = before->keys[i];
			roll->keys[roll->count++].gone = true;
		}
	}
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

/* The digest in a DS record, or that of a whole key. */
struct anchor_digest {
	bool is_sha384;
	uint8_t octets[48];
};

static bool read_digest(struct anchor_digest *to, const char *record)
{
	struct form form = { 0 };
	const char *hex = strrchr(record, ' ');
	bool is_ds = strncmp(record, ". IN TYPE43 ", 12) == 0;
	if (hex == NULL || (!is_ds && strncmp(record, ". IN TYPE48 ", 12) != 0)) {
		return false;
	}
	size_t size = read_hex(hex + 1, form.octets + 1, ROOT_ROLL_KEY_MAX);
	if (!is_ds) {
		to->is_sha384 = false;
		return gnutls_hash_fast(GNUTLS_DIG_SHA256, form.octets, size + 1,
			       to->octets) == 0;
	}
	to->is_sha384 = form.octets[1 + 3] == DS_SHA384;
	size_t digest_size = to->is_sha384 ? 48 : 32;
	if (size != 4 + digest_size ||
		(!to->is_sha384 && form.octets[1 + 3] != DS_SHA256)) {
		return false;
	}
	memcpy(to->octets, form.octets + 1 + 4, digest_size);
	return true;
}

static bool is_of(const struct root_roll_key *key, const struct anchor_digest *anchor)
{
	return anchor->is_sha384 ?
		memcmp(key->sha384, anchor->octets, sizeof(key->sha384)) == 0 :
		memcmp(key->sha256, anchor->octets, sizeof(key->sha256)) == 0;
}

static bool note_trusted(void *arg, const char *record)
{
	struct root_roll *roll = arg;
	struct anchor_digest anchor;
	for (size_t i = 0; read_digest(&anchor, record) && i < roll->count; i++) {
		roll->keys[i].trusted = roll->keys[i].trusted ||
			is_of(&roll->keys[i], &anchor);
	}
	return true;
}

static bool note_kept(void *arg, const char *record)
{
	struct root_roll *roll = arg;
	struct anchor_digest anchor;
	for (size_t i = 0; read_digest(&anchor, record) && i < roll->count; i++) {
		roll->keys[i].kept = roll->keys[i].kept || is_of(&roll->keys[i], &anchor);
	}
	return true;
}

static enum root_roll_news news_of(const struct root_roll_key *key)
{
	if (key->gone) {
		return key->trusted && !key->kept ? ROOT_ROLL_GONE : ROOT_ROLL_NONE;
	}
	if (key->revoked) {
		return key->trusted ? ROOT_ROLL_REVOKED : ROOT_ROLL_NONE;
	}
	return key->trusted || key->kept ? ROOT_ROLL_NONE : ROOT_ROLL_NEW;
}

enum root_roll_news root_roll_judge(struct root_roll *roll,
	const struct trust_anchor *anchor, unsigned *tag)
{
	for (size_t i = 0; i < roll->count; i++) {
		roll->keys[i].trusted = roll->keys[i].kept = false;
	}
	(void)trust_anchor_each(anchor, note_trusted, roll);
	trust_anchor_each_kept(anchor, note_kept, roll);
	for (size_t i = 0; i < roll->count; i++) {
		enum root_roll_news news = news_of(&roll->keys[i]);
		if (news != ROOT_ROLL_NONE) {
			*tag = roll->keys[i].tag;
			return news;
		}
	}
	return ROOT_ROLL_NONE;
}

void root_roll_text(enum root_roll_news news, unsigned tag,
	char text[TRUST_ANCHOR_AGING_SIZE])
{
	text[0] = '\0';
	switch (news) {
	case ROOT_ROLL_NONE:
		break;
	case ROOT_ROLL_NEW:
		snprintf(text, TRUST_ANCHOR_AGING_SIZE,
			"the root has a key %u that it lacks", tag);
		break;
	case ROOT_ROLL_REVOKED:
		snprintf(text, TRUST_ANCHOR_AGING_SIZE, "the root revokes its key %u", tag);
		break;
	case ROOT_ROLL_GONE:
		snprintf(text, TRUST_ANCHOR_AGING_SIZE, "the root no longer has its key %u",
			tag);
		break;
	}
}
