/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A small signer of answers (RFC 4034, RFC 8080): a root of one key, signed when asked, with
 * one delegation, to a zone without a key. Names come uncompressed, and one question at a
 * time. */

#include "responder.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "named.h"

#define ENTRY_MAX 256
#define TYPE_CNAME 5
#define TYPE_SOA 6
#define TYPE_OPT 41
#define TYPE_DS 43
#define TYPE_RRSIG 46
#define TYPE_NSEC 47
#define TYPE_DNSKEY 48
#define TYPE_TLSA 52
#define ALGORITHM_ED25519 15
#define HEADER_SIZE 12
#define SIGNATURE_SIZE 64
#define RECORD_MAX_SERVED 300

struct entry {
	struct name name;
	enum response response;
	bool alias;
	struct name target;
	uint32_t ttl;
	const struct dance_tlsa *records;
	size_t count;
	unsigned asked;
};

struct responder {
	pthread_t thread;
	pthread_mutex_t lock;
	int socket;
	int stop[2];
	char address[40];
	char anchor[160];
	struct name zone;     /* the root */
	struct name insecure; /* delegated without a DS record */
	enum responder_mood mood;
	gnutls_privkey_t key;
	unsigned char dnskey[4 + 32];
	uint16_t key_tag;
	struct entry entries[ENTRY_MAX];
	unsigned entry_count;
};

/* Octets under way to somewhere. */
struct packet {
	unsigned char octets[65000];
	size_t size;
};

struct rdata {
	unsigned char octets[512];
	size_t size;
};

static void put(struct packet *to, const void *octets, size_t size)
{
	if (size > sizeof(to->octets) - to->size) {
		abort();
	}
	memcpy(to->octets + to->size, octets, size);
	to->size += size;
}

static void put16(struct packet *to, unsigned value)
{
	const unsigned char octets[] = { (unsigned char)(value >> 8),
		(unsigned char)value };
	put(to, octets, 2);
}

static void put32(struct packet *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to, value & 0xffff);
}

static void put_record(struct packet *to, const struct name *owner, unsigned type,
	uint32_t ttl, const void *data, size_t size)
{
	put(to, owner->wire, owner->size);
	put16(to, type);
	put16(to, 1);
	put32(to, ttl);
	put16(to, (unsigned)size);
	put(to, data, size);
}

static int compare_rdata(const void *a, const void *b)
{
	const struct rdata *left = a, *right = b;
	size_t size = left->size < right->size ? left->size : right->size;
	int difference = memcmp(left->octets, right->octets, size);
	return difference != 0 ? difference : (int)left->size - (int)right->size;
}

/* Writes a set and its signature over the canonical form of it (RFC 4034 3.1.8.1); returns
 * how many records that makes. */
static unsigned put_set(struct responder *responder, struct packet *to,
	const struct name *owner, unsigned type, uint32_t ttl, struct rdata *set,
	size_t count, bool forged)
{
	static struct packet what, signature;
	uint32_t now = (uint32_t)time(NULL);
	unsigned labels = 0;
	for (size_t at = 0; owner->wire[at] != 0; at += 1 + owner->wire[at]) {
		labels++;
	}
	what.size = signature.size = 0;
	put16(&signature, type);
	put16(&signature, ALGORITHM_ED25519 << 8 | labels);
	put32(&signature, ttl);
	put32(&signature, now + 86400);
	put32(&signature, now - 3600);
	put16(&signature, responder->key_tag);
	put(&signature, responder->zone.wire, responder->zone.size);
	put(&what, signature.octets, signature.size);
	qsort(set, count, sizeof(set[0]), compare_rdata);
	for (size_t i = 0; i < count; i++) {
		put_record(&what, owner, type, ttl, set[i].octets, set[i].size);
		put_record(to, owner, type, ttl, set[i].octets, set[i].size);
	}
	gnutls_datum_t data = { what.octets, (unsigned)what.size }, signed_data;
	if (gnutls_privkey_sign_data2(responder->key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data,
		    &signed_data) != 0 ||
		signed_data.size != SIGNATURE_SIZE) {
		abort();
	}
	signed_data.data[9] ^= forged;
	put(&signature, signed_data.data, signed_data.size);
	gnutls_free(signed_data.data);
	put_record(to, owner, TYPE_RRSIG, ttl, signature.octets, signature.size);
	return (unsigned)count + 1;
}

static void add(struct rdata *to, const void *octets, size_t size)
{
	memcpy(to->octets + to->size, octets, size);
	to->size += size;
}

/* What is at a name of which something is denied. */
enum there {
	THERE_NOTHING,    /* only the zone's top is there */
	THERE_NAME,       /* with no other type */
	THERE_DELEGATION, /* NS records, and no other type */
};

/* Proves that there is nothing, by a denial that fits the one name. */
static unsigned put_denial(struct responder *responder, struct packet *to,
	const struct name *name, enum there there)
{
	static const unsigned char top[] = { 0, 7, 0x22, 0, 0, 0, 0, 0x03, 0x80 };
	static const unsigned char nothing[] = { 0, 6, 0, 0, 0, 0, 0, 0x03 };
	static const unsigned char delegation[] = { 0, 6, 0x20, 0, 0, 0, 0, 0x03 };
	static const unsigned char soa[] = { 0, 0, 0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 14, 16,
		0, 0, 14, 16, 0, 0, 0, 60 };
	struct rdata record = { .size = 0 };
	add(&record, soa, sizeof(soa));
	unsigned count = put_set(responder, to, &responder->zone, TYPE_SOA, 60, &record, 1,
		false);
	record.size = 0;
	add(&record, responder->zone.wire, responder->zone.size);
	switch (there) {
	case THERE_NOTHING:
		add(&record, top, sizeof(top));
		break;
	case THERE_NAME:
		add(&record, nothing, sizeof(nothing));
		break;
	case THERE_DELEGATION:
		add(&record, delegation, sizeof(delegation));
		break;
	}
	return count +
		put_set(responder, to, there != THERE_NOTHING ? name : &responder->zone,
			TYPE_NSEC, 60, &record, 1, false);
}

static bool is_signed(const struct responder *responder, const struct name *name)
{
	return !name_is_equal(name, &responder->insecure) &&
		!name_is_below(name, &responder->insecure);
}

static struct entry *find(struct responder *responder, const struct name *name)
{
	for (unsigned i = 0; i < responder->entry_count; i++) {
		if (name_is_equal(&responder->entries[i].name, name)) {
			return &responder->entries[i];
		}
	}
	return NULL;
}

/* What goes into the three sections, and the response code. */
struct reply {
	struct packet packet;
	unsigned answers, authorities, rcode;
};

static void put_tlsa(struct responder *responder, struct reply *reply,
	const struct entry *entry)
{
	static struct rdata set[RECORD_MAX_SERVED];
	for (size_t i = 0; i < entry->count; i++) {
		const struct dance_tlsa *record = &entry->records[i];
		const unsigned char head[] = { record->usage, record->selector,
			record->matching };
		set[i].size = 0;
		/* A record without data is shorter than any may be, by so much. */
		add(&set[i], head, record->data != NULL ? 3 : record->size);
		if (record->data != NULL) {
			add(&set[i], record->data, record->size);
		}
	}
	if (is_signed(responder, &entry->name)) {
		reply->answers += put_set(responder, &reply->packet, &entry->name,
			TYPE_TLSA, entry->ttl, set, entry->count,
			entry->response == RESPOND_FORGED);
		return;
	}
	for (size_t i = 0; i < entry->count; i++) {
		put_record(&reply->packet, &entry->name, TYPE_TLSA, entry->ttl,
			set[i].octets, set[i].size);
		reply->answers++;
	}
}

static void put_entry(struct responder *responder, struct reply *reply,
	const struct entry *entry)
{
	switch (entry->response) {
	case RESPOND_SIGNED:
	case RESPOND_FORGED:
		put_tlsa(responder, reply, entry);
		break;
	case RESPOND_NO_DATA:
	case RESPOND_NO_NAME:
		reply->rcode = entry->response == RESPOND_NO_NAME ? 3 : 0;
		if (is_signed(responder, &entry->name)) {
			reply->authorities = put_denial(responder, &reply->packet,
				&entry->name,
				entry->response == RESPOND_NO_DATA ? THERE_NAME :
								     THERE_NOTHING);
		}
		break;
	case RESPOND_FAILURE:
		reply->rcode = 2;
		break;
	case RESPOND_REFUSAL:
		reply->rcode = 5;
		break;
	case RESPOND_NEVER:
		break;
	}
}

/* False: no reply. */
static bool put_answer(struct responder *responder, struct reply *reply,
	const struct name *name, unsigned type)
{
	struct entry *entry = find(responder, name);
	if (type == TYPE_DNSKEY && name_is_equal(name, &responder->zone)) {
		struct rdata key = { .size = 0 };
		add(&key, responder->dnskey, sizeof(responder->dnskey));
		reply->answers = put_set(responder, &reply->packet, name, type, 3600, &key,
			1, false);
		return true;
	}
	if (type == TYPE_DS && name_is_equal(name, &responder->insecure)) {
		reply->authorities = put_denial(responder, &reply->packet, name,
			THERE_DELEGATION);
		return true;
	}
	if (type != TYPE_TLSA || entry == NULL) {
		if (is_signed(responder, name)) {
			reply->authorities = put_denial(responder, &reply->packet, name,
				THERE_NAME);
		}
		return true;
	}
	entry->asked++;
	while (entry->alias) {
		struct rdata target = { .size = 0 };
		add(&target, entry->target.wire, entry->target.size);
		reply->answers += put_set(responder, &reply->packet, &entry->name,
			TYPE_CNAME, 60, &target, 1, false);
		entry = find(responder, &entry->target);
		if (entry == NULL) {
			abort();
		}
	}
	put_entry(responder, reply, entry);
	return entry->response != RESPOND_NEVER;
}

/* The header, the question as it came, the sections, and EDNS with the DO bit. */
static void respond(struct responder *responder, const unsigned char *query, size_t size,
	const struct sockaddr_in *from)
{
	static struct reply reply;
	struct name name = { 0 };
	size_t end = HEADER_SIZE;
	while (end + 5 < size && query[end] != 0) {
		end += 1 + query[end];
	}
	end += 5; /* the root label, type and class */
	if (end > size || end - HEADER_SIZE > sizeof(name.wire)) {
		return;
	}
	name.size = (uint8_t)(end - HEADER_SIZE - 4);
	memcpy(name.wire, query + HEADER_SIZE, name.size);
	for (size_t i = 0; i < name.size; i++) {
		name.wire[i] = (uint8_t)tolower(name.wire[i]); /* no length is a letter */
	}
	unsigned type = (unsigned)query[end - 4] << 8 | query[end - 3];

	reply.packet.size = 0;
	reply.answers = reply.authorities = reply.rcode = 0;
	put(&reply.packet, query, end);
	pthread_mutex_lock(&responder->lock);
	bool answered = false;
	switch (responder->mood) {
	case RESPONDER_ANSWERS:
		answered = put_answer(responder, &reply, &name, type);
		break;
	case RESPONDER_REFUSES:
		reply.rcode = 5;
		answered = true;
		break;
	case RESPONDER_IS_SILENT:
		break;
	case RESPONDER_KEEPS_KEYS:
		answered = type != TYPE_DNSKEY &&
			put_answer(responder, &reply, &name, type);
		break;
	}
	pthread_mutex_unlock(&responder->lock);
	if (!answered) {
		return;
	}
	const unsigned char opt[] = { 0, 0, TYPE_OPT, 0xff, 0xff, 0, 0, 0x80, 0, 0, 0 };
	const unsigned char header[] = { query[0], query[1], 0x84 | (query[2] & 1),
		(unsigned char)(0x80 | reply.rcode), 0, 1,
		(unsigned char)(reply.answers >> 8), (unsigned char)reply.answers, 0,
		(unsigned char)reply.authorities, 0, 1 };
	put(&reply.packet, opt, sizeof(opt));
	memcpy(reply.packet.octets, header, sizeof(header));
	(void)sendto(responder->socket, reply.packet.octets, reply.packet.size, 0,
		(const struct sockaddr *)from, sizeof(*from));
}

static void *serve(void *arg)
{
	struct responder *responder = arg;
	struct pollfd fds[] = { { .fd = responder->socket, .events = POLLIN },
		{ .fd = responder->stop[0], .events = POLLIN } };
	while (poll(fds, 2, -1) > 0 && fds[1].revents == 0) {
		unsigned char query[512];
		struct sockaddr_in from;
		socklen_t from_size = sizeof(from);
		ssize_t size = recvfrom(responder->socket, query, sizeof(query), 0,
			(struct sockaddr *)&from, &from_size);
		if (size > HEADER_SIZE) {
			respond(responder, query, (size_t)size, &from);
		}
	}
	return NULL;
}

static void make_key(struct responder *responder)
{
	gnutls_pubkey_t public;
	gnutls_datum_t x, y, text;
	if (gnutls_privkey_init(&responder->key) != 0 ||
		gnutls_privkey_generate(responder->key, GNUTLS_PK_EDDSA_ED25519, 0, 0) !=
			0 ||
		gnutls_pubkey_init(&public) != 0 ||
		gnutls_pubkey_import_privkey(public, responder->key, 0, 0) != 0 ||
		gnutls_pubkey_export_ecc_raw2(public, NULL, &x, &y, 0) != 0 ||
		x.size != 32) {
		abort();
	}
	const unsigned char head[] = { 1, 1, 3, ALGORITHM_ED25519 };
	memcpy(responder->dnskey, head, 4);
	memcpy(responder->dnskey + 4, x.data, 32);
	gnutls_datum_t key = { responder->dnskey + 4, 32 };
	if (gnutls_base64_encode2(&key, &text) != 0) {
		abort();
	}
	snprintf(responder->anchor, sizeof(responder->anchor),
		". 3600 IN DNSKEY 257 3 %d %.*s\n", ALGORITHM_ED25519, (int)text.size,
		(const char *)text.data);
	uint32_t sum = 0; /* RFC 4034 B */
	for (size_t i = 0; i < sizeof(responder->dnskey); i++) {
		sum += i % 2 == 0 ? (uint32_t)responder->dnskey[i] << 8 :
				    responder->dnskey[i];
	}
	responder->key_tag = (uint16_t)(sum + (sum >> 16));
	gnutls_free(x.data);
	gnutls_free(y.data);
	gnutls_free(text.data);
	gnutls_pubkey_deinit(public);
}

struct responder *responder_new(void)
{
	struct responder *responder = calloc(1, sizeof(*responder));
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t at_size = sizeof(at);
	if (responder == NULL || pipe(responder->stop) != 0) {
		abort();
	}
	responder->zone.size = 1;
	responder->insecure = named("unsigned");
	make_key(responder);
	responder->socket = socket(AF_INET, SOCK_DGRAM, 0);
	pthread_mutex_init(&responder->lock, NULL);
	if (responder->socket < 0 ||
		bind(responder->socket, (struct sockaddr *)&at, sizeof(at)) != 0 ||
		getsockname(responder->socket, (struct sockaddr *)&at, &at_size) != 0 ||
		pthread_create(&responder->thread, NULL, serve, responder) != 0) {
		perror("responder");
		abort();
	}
	snprintf(responder->address, sizeof(responder->address), "127.0.0.1@%u",
		ntohs(at.sin_port));
	return responder;
}

void responder_free(struct responder *responder)
{
	close(responder->stop[1]);
	pthread_join(responder->thread, NULL);
	close(responder->stop[0]);
	close(responder->socket);
	gnutls_privkey_deinit(responder->key);
	pthread_mutex_destroy(&responder->lock);
	free(responder);
}

const char *responder_address(const struct responder *responder)
{
	return responder->address;
}

const char *responder_anchor(const struct responder *responder)
{
	return responder->anchor;
}

static struct entry *entry_of(struct responder *responder, const char *text)
{
	struct name name = named(text);
	struct entry *entry = find(responder, &name);
	if (entry == NULL) {
		if (responder->entry_count == ENTRY_MAX) {
			abort();
		}
		entry = &responder->entries[responder->entry_count++];
		entry->name = name;
	}
	return entry;
}

void responder_set(struct responder *responder, const char *name, enum response response,
	uint32_t ttl, const struct dance_tlsa *records, size_t count)
{
	if (count > RECORD_MAX_SERVED) {
		abort();
	}
	pthread_mutex_lock(&responder->lock);
	struct entry *entry = entry_of(responder, name);
	entry->response = response;
	entry->alias = false;
	entry->ttl = ttl;
	entry->records = records;
	entry->count = count;
	pthread_mutex_unlock(&responder->lock);
}

void responder_alias(struct responder *responder, const char *name, const char *target)
{
	pthread_mutex_lock(&responder->lock);
	struct entry *entry = entry_of(responder, name);
	entry->alias = true;
	entry->target = named(target);
	pthread_mutex_unlock(&responder->lock);
}

unsigned responder_asked(struct responder *responder, const char *name)
{
	pthread_mutex_lock(&responder->lock);
	unsigned asked = entry_of(responder, name)->asked;
	pthread_mutex_unlock(&responder->lock);
	return asked;
}

void responder_be(struct responder *responder, enum responder_mood mood)
{
	pthread_mutex_lock(&responder->lock);
	responder->mood = mood;
	pthread_mutex_unlock(&responder->lock);
}
