/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Answers one question at a time, from a root with one delegation, to a zone without a key.
 * zone_signer.c writes the records. */

#include "responder.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "named.h"
#include "zone_signer.h"

#define ENTRY_MAX 256
#define TYPE_CNAME 5
#define TYPE_OPT 41
#define TYPE_DS 43
#define TYPE_DNSKEY 48
#define TYPE_TLSA 52
#define HEADER_SIZE 12
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
	unsigned char added[RESPONDER_KEY_SIZE]; /* of the root's keys; begins with 0: none */
	int socket;
	int stop[2];
	char address[40];
	struct zone_signer signer;
	struct name insecure; /* delegated without a DS record */
	enum responder_mood mood;
	struct entry entries[ENTRY_MAX];
	unsigned entry_count;
};

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
	struct signed_octets packet;
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
		rdata_add(&set[i], head, record->data != NULL ? 3 : record->size);
		if (record->data != NULL) {
			rdata_add(&set[i], record->data, record->size);
		}
	}
	if (is_signed(responder, &entry->name)) {
		reply->answers += zone_signer_put(&responder->signer, &reply->packet,
			&entry->name, TYPE_TLSA, entry->ttl, set, entry->count,
			entry->response == RESPOND_FORGED);
		return;
	}
	for (size_t i = 0; i < entry->count; i++) {
		octets_put_record(&reply->packet, &entry->name, TYPE_TLSA, entry->ttl,
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
			reply->authorities = zone_signer_deny(&responder->signer,
				&reply->packet, &entry->name,
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
	if (type == TYPE_DNSKEY && name_is_equal(name, &responder->signer.zone)) {
		struct rdata keys[2] = { { .size = 0 }, { .size = 0 } };
		rdata_add(&keys[0], responder->signer.dnskey,
			sizeof(responder->signer.dnskey));
		rdata_add(&keys[1], responder->added, sizeof(responder->added));
		reply->answers = zone_signer_put(&responder->signer, &reply->packet, name,
			type, 3600, keys, responder->added[0] != 0 ? 2 : 1, false);
		return true;
	}
	if (type == TYPE_DS && name_is_equal(name, &responder->insecure)) {
		reply->authorities = zone_signer_deny(&responder->signer, &reply->packet,
			name, THERE_DELEGATION);
		return true;
	}
	if (type != TYPE_TLSA || entry == NULL) {
		if (is_signed(responder, name)) {
			reply->authorities = zone_signer_deny(&responder->signer,
				&reply->packet, name, THERE_NAME);
		}
		return true;
	}
	entry->asked++;
	while (entry->alias) {
		struct rdata target = { .size = 0 };
		rdata_add(&target, entry->target.wire, entry->target.size);
		reply->answers += zone_signer_put(&responder->signer, &reply->packet,
			&entry->name, TYPE_CNAME, 60, &target, 1, false);
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
	octets_put(&reply.packet, query, end);
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
	octets_put(&reply.packet, opt, sizeof(opt));
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

struct responder *responder_new(void)
{
	struct responder *responder = calloc(1, sizeof(*responder));
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t at_size = sizeof(at);
	if (responder == NULL || pipe(responder->stop) != 0) {
		abort();
	}
	responder->insecure = named("unsigned");
	zone_signer_make(&responder->signer);
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
	zone_signer_clear(&responder->signer);
	pthread_mutex_destroy(&responder->lock);
	free(responder);
}

const char *responder_address(const struct responder *responder)
{
	return responder->address;
}

const char *responder_anchor(const struct responder *responder)
{
	return responder->signer.anchor;
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

void responder_add_key(struct responder *responder,
	const unsigned char dnskey[RESPONDER_KEY_SIZE])
{
	pthread_mutex_lock(&responder->lock);
	memset(responder->added, 0, sizeof(responder->added));
	if (dnskey != NULL) {
		memcpy(responder->added, dnskey, sizeof(responder->added));
	}
	pthread_mutex_unlock(&responder->lock);
}

void responder_be(struct responder *responder, enum responder_mood mood)
{
	pthread_mutex_lock(&responder->lock);
	responder->mood = mood;
	pthread_mutex_unlock(&responder->lock);
}
