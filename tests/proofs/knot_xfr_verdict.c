/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Says: the verdict on a transfer is recalled exactly for the query of the same packet, id, type
 *   and question, from the same handshake, or without TLS from the same address and port; ALLOW
 *   only over TLS; what is recalled is what was kept, with its name and entry; and memory that is
 *   zeroed or cleared recalls nothing.
 * Sources: none
 * Contracts: GnuTLS has a random of 32 octets for a session, or of another size; libknot has the
 *   size of a name.
 * Assumes: names have at most 6 octets instead of 255, or a size that no name has; addresses are of
 *   IPv4, of IPv6 and of one other family.
 * Edit: src/dance.h 's/DANCE_NAME_SIZE 254/DANCE_NAME_SIZE 6/'
 * Unwind: 34
 * Limit: 60 s */

#include <netinet/in.h>
#include <string.h>

#include <knot/module.h>

#include "proof.h"

#define NAME 6
#undef KNOT_DNAME_MAXLEN
#define KNOT_DNAME_MAXLEN NAME

/* Octet by octet: not an object of which a part changes. */
#define memcpy copy
static inline void *copy(void *to, const void *from, size_t size)
{
	must(can_read(from, size) && can_write(to, size), "it copies what is there");
	for (size_t i = 0; i < size; i++) {
		((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
	}
	return to;
}

#include "xfr_verdict.c"

#define FAMILY_OTHER 77

/* A message as knotd shows it. */
struct message {
	bool over_tls, has_name, another;
	unsigned char random[XFR_VERDICT_RANDOM_SIZE];
	unsigned random_size;
	uint8_t id[2], type[2], name[NAME];
	size_t name_size;
	sa_family_t family;
	in_port_t port;
	uint8_t address[16];
};

static struct message first, second, *now;
static char a_session;
static const gnutls_session_t session = (gnutls_session_t)&a_session;

/* What knotd keeps the messages in, one after the other. */
static uint8_t wire[KNOT_WIRE_HEADER_SIZE + NAME + 4];
static knot_pkt_t packet, another;
static struct sockaddr_in v4;
static struct sockaddr_in6 v6;
static sa_family_t other;
static knotd_qdata_params_t params;
static knotd_qdata_t qdata;

void gnutls_session_get_random(gnutls_session_t of, gnutls_datum_t *client,
	gnutls_datum_t *server)
{
	must(of == session && now->over_tls, "the random of this connection");
	*client = (gnutls_datum_t){ NULL, 0 };
	*server = (gnutls_datum_t){ now->random, now->random_size };
}

size_t knot_dname_size(const knot_dname_t *name)
{
	must(name == qdata.query->lower_qname, "the size of this question");
	return now->name_size;
}

static const struct sockaddr_storage *any_remote(void)
{
	if (now->family == AF_INET) {
		v4.sin_family = AF_INET;
		v4.sin_port = now->port;
		memcpy(&v4.sin_addr, now->address, 4);
		return (const struct sockaddr_storage *)&v4;
	}
	if (now->family == AF_INET6) {
		v6.sin6_family = AF_INET6;
		v6.sin6_port = now->port;
		memcpy(&v6.sin6_addr, now->address, 16);
		return (const struct sockaddr_storage *)&v6;
	}
	other = FAMILY_OTHER;
	return (const struct sockaddr_storage *)&other;
}

static gnutls_session_t show(struct message *message)
{
	struct message any;
	now = message;
	*now = any;
	now->over_tls = nondet_bool() ? true : false; /* 0 or 1, to be compared */
	now->another = nondet_bool() ? true : false;
	assume(now->family == AF_INET || now->family == AF_INET6 ||
		now->family == FAMILY_OTHER);
	assume((now->name_size >= 1 && now->name_size <= NAME) || now->name_size == 0 ||
		now->name_size > KNOT_DNAME_MAXLEN);
	size_t size = now->name_size <= NAME ? now->name_size : NAME;
	knot_pkt_t *query = now->another ? &another : &packet;

	query->wire = wire;
	query->qname_size = now->has_name ? (uint16_t)size : 0;
	for (size_t i = 0; i < NAME; i++) {
		query->lower_qname[i] = now->name[i];
	}
	memcpy(wire, now->id, 2);
	memcpy(wire + KNOT_WIRE_HEADER_SIZE + size, now->type, 2);
	params.remote = any_remote();
	qdata.params = &params;
	qdata.query = query;
	return now->over_tls ? session : NULL;
}

static bool is_known(const struct message *message)
{
	return message->has_name && message->name_size >= 1 && message->name_size <= NAME &&
		(!message->over_tls || message->random_size == XFR_VERDICT_RANDOM_SIZE);
}

static bool are_same_octets(const uint8_t *a, const uint8_t *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (a[i] != b[i]) {
			return false;
		}
	}
	return true;
}

static bool are_same_addresses(const struct message *a, const struct message *b)
{
	return a->family == b->family &&
		(a->family == FAMILY_OTHER ||
			(a->port == b->port &&
				are_same_octets(a->address, b->address,
					a->family == AF_INET ? 4 : 16)));
}

static bool are_one_transfer(const struct message *a, const struct message *b)
{
	return is_known(a) && is_known(b) && a->another == b->another &&
		are_same_octets(a->id, b->id, 2) && are_same_octets(a->type, b->type, 2) &&
		a->name_size == b->name_size &&
		are_same_octets(a->name, b->name, a->name_size) &&
		a->over_tls == b->over_tls &&
		(a->over_tls ? are_same_octets(a->random, b->random, sizeof(a->random)) :
			       are_same_addresses(a, b));
}

static void judge(enum dance_verdict verdict, const struct dance_result *kept,
	const struct dance_result *recalled)
{
	bool wanted = are_one_transfer(&first, &second) &&
		(kept->verdict != DANCE_ALLOW || second.over_tls);
	must(verdict == (wanted ? kept->verdict : DANCE_UNDECIDED),
		"recalled is the verdict on this transfer, and no other");
	if (verdict == DANCE_UNDECIDED) {
		return;
	}
	size_t i = any_size(DANCE_ENTRY_SIZE - 1);
	must(recalled->verdict == kept->verdict, "the result has it too");
	must(recalled->entry[i] == kept->entry[i], "and the entry");
	must(i >= DANCE_NAME_SIZE || recalled->name[i] == kept->name[i], "and the name");
	must(!recalled->has_record && !recalled->has_key && recalled->detail[0] == '\0' &&
			recalled->basis.words[0] == 0,
		"and nothing else");
}

void harness(void)
{
	struct xfr_verdict xfr = { 0 }, before;
	struct dance_result kept, recalled;
	gnutls_session_t tls = show(&first);
	must(xfr_verdict_get(&xfr, &qdata, tls, &recalled) == DANCE_UNDECIDED,
		"zeroed memory recalls nothing");
	xfr = before;
	xfr_verdict_set(&xfr, &qdata, tls, &kept);

	tls = show(&second);
	enum dance_verdict verdict = xfr_verdict_get(&xfr, &qdata, tls, &recalled);
	judge(verdict, &kept, &recalled);
	xfr_verdict_clear(&xfr);
	must(xfr_verdict_get(&xfr, &qdata, tls, &recalled) == DANCE_UNDECIDED,
		"cleared memory recalls nothing");
	assume(verdict != DANCE_UNDECIDED);
	end_of_proof();
}
