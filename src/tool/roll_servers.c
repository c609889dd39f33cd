/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Finds the servers of a zone and asks each. A validator may have its answer from any of them, so
 * a record counts as published only when all of them have it. Addresses that this machine has no
 * route to are left out, as long as the server has another one. */

#include "roll_servers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "packet.h"
#include "roll_query.h"
#include "wire_name.h"

#define STAGE_MS 10000
#define SERVER_MAX 32 /* of a zone */
#define LABEL_MAX 127
#define SOA_NUMBERS 20 /* octets of its five numbers, the last of the data */

struct server {
	char name[DANCE_NAME_SIZE];
	size_t addresses; /* that there is a route to */
	size_t unreached;
};

struct address {
	char text[INET6_ADDRSTRLEN];
	size_t server;
};

struct search {
	struct roll_look *look;
	const char *const *digests;
	const char *name;
	size_t place;
	struct roll_view own; /* our own lookup */
	bool alias;
	/* The names that the zone may have, from the longest, and which of them has servers. */
	const char *candidates[LABEL_MAX];
	size_t candidate_count, zone;
	size_t unclear; /* the longest of which this could not be found out */
	struct server servers[SERVER_MAX];
	size_t server_count;
	struct address addresses[ROLL_ADDRESS_MAX];
	struct roll_view views[ROLL_ADDRESS_MAX];
	size_t address_count;
	const char *too_many; /* NULL: they are not */
};

/* What a callback fills. */
struct question {
	struct search *search;
	size_t at; /* a candidate, a server or a view */
	const struct roll_reply *reply;
};

/* --- reading answers ---------------------------------------------------------------------- */

/* False if it says neither what there is nor that there is nothing. */
static bool read_reply(const struct roll_reply *reply, uint16_t type, packet_record each,
	void *arg, struct packet *packet)
{
	return reply->octets != NULL && reply->rcode == PACKET_NOERROR &&
		reply->security != ANSWER_BOGUS &&
		packet_read(packet, reply->octets, reply->size, type, each, arg) &&
		(packet->rcode == PACKET_NOERROR || packet->rcode == PACKET_NXDOMAIN);
}

static void read_view(struct roll_view *view, const struct roll_reply *reply,
	const char *const digests[ROLL_DIGEST_MAX])
{
	struct answer answer;
	answer_read(&answer, reply->rcode, reply->octets, (int)reply->size, reply->security,
		reply->why_bogus);
	roll_view_read(view, &answer.told, digests);
	answer_clear(&answer);
}

static void on_own(void *arg, const struct roll_reply *reply)
{
	struct search *search = ((struct question *)arg)->search;
	read_view(&search->own, reply, search->digests);
}

static void on_alias(void *arg, const struct roll_reply *reply)
{
	struct packet packet;
	((struct question *)arg)->search->alias |= read_reply(reply, ROLL_TYPE_CNAME, NULL,
							   NULL, &packet) &&
		packet.count > 0;
}

static void on_tlsa(void *arg, const struct roll_reply *reply)
{
	struct question *question = arg;
	struct search *search = question->search;
	read_view(&search->views[question->at], reply, search->digests);
}

static void take_serial(void *arg, const uint8_t *data, size_t size)
{
	int64_t *serial = arg;
	if (size > SOA_NUMBERS) {
		const uint8_t *at = data + size - SOA_NUMBERS;
		*serial = (int64_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
			(uint32_t)at[2] << 8 | at[3]);
	}
}

static void on_soa(void *arg, const struct roll_reply *reply)
{
	struct question *question = arg;
	struct packet packet;
	(void)read_reply(reply, ROLL_TYPE_SOA, take_serial,
		&question->search->views[question->at].serial, &packet);
}

/* Letters, digits, hyphens and underscores; others do not stand in the names of servers. */
static bool name_text(const uint8_t *wire, char text[DANCE_NAME_SIZE])
{
	size_t used = 0;
	for (; *wire != 0; wire += *wire + 1) {
		for (size_t i = 1; i <= *wire; i++) {
			char c = (char)wire[i];
			bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '-' || c == '_';
			if (!plain || used + 2 >= DANCE_NAME_SIZE) {
				return false;
			}
			text[used++] = c;
		}
		text[used++] = '.';
	}
	if (used == 0) {
		return false;
	}
	text[used - 1] = '\0';
	return true;
}

static void take_server(void *arg, const uint8_t *data, size_t size)
{
	struct question *question = arg;
	struct search *search = question->search;
	const struct roll_reply *reply = question->reply;
	uint8_t wire[WIRE_NAME_SIZE];
	size_t at = (size_t)(data - reply->octets);
	if (search->server_count == SERVER_MAX) {
		search->too_many = "servers";
		return;
	}
	struct server *server = &search->servers[search->server_count];
	*server = (struct server){ 0 };
	if (wire_name_read(wire, reply->octets, at, at + size) == 0 ||
		!name_text(wire, server->name)) {
		search->too_many = "names of servers that cannot be read";
		return;
	}
	search->server_count++;
}

static void on_servers(void *arg, const struct roll_reply *reply)
{
	struct question *question = arg;
	struct search *search = question->search;
	struct packet packet;
	question->reply = reply;
	if (!read_reply(reply, ROLL_TYPE_NS, NULL, NULL, &packet)) {
		search->unclear = question->at < search->unclear ? question->at :
								   search->unclear;
		return;
	}
	if (packet.count == 0 || question->at >= search->zone) {
		return; /* the zone is the longest name that has servers */
	}
	search->zone = question->at;
	search->server_count = 0;
	search->too_many = NULL;
	(void)packet_read(&packet, reply->octets, reply->size, ROLL_TYPE_NS, take_server,
		question);
}

/* Is there a route to it? Nothing is sent. */
static bool has_route(const struct sockaddr *address, socklen_t size)
{
	int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool routed = fd >= 0 && connect(fd, address, size) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return routed;
}

static bool is_routed(const uint8_t *data, size_t size)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(53) };
	if (size == sizeof(v4.sin_addr)) {
		memcpy(&v4.sin_addr, data, size);
		return has_route((const struct sockaddr *)&v4, sizeof(v4));
	}
	memcpy(&v6.sin6_addr, data, size);
	return has_route((const struct sockaddr *)&v6, sizeof(v6));
}

static void take_address(void *arg, const uint8_t *data, size_t size)
{
	struct question *question = arg;
	struct search *search = question->search;
	struct server *server = &search->servers[question->at];
	if (size != sizeof(struct in_addr) && size != sizeof(struct in6_addr)) {
		return;
	}
	if (!is_routed(data, size)) {
		server->unreached++;
		return;
	}
	if (search->address_count == ROLL_ADDRESS_MAX) {
		search->too_many = "addresses";
		return;
	}
	server->addresses++;
	struct address *address = &search->addresses[search->address_count++];
	address->server = question->at;
	(void)inet_ntop(size == sizeof(struct in_addr) ? AF_INET : AF_INET6, data,
		address->text, sizeof(address->text));
}

static void on_a(void *arg, const struct roll_reply *reply)
{
	struct packet packet;
	(void)read_reply(reply, ROLL_TYPE_A, take_address, arg, &packet);
}

static void on_aaaa(void *arg, const struct roll_reply *reply)
{
	struct packet packet;
	(void)read_reply(reply, ROLL_TYPE_AAAA, take_address, arg, &packet);
}

/* --- asking ------------------------------------------------------------------------------- */

static void ask(struct search *search, struct roll_source *source, const char *name,
	uint16_t type, roll_query_done done, struct question *question)
{
	char why[DANCE_ERROR_SIZE];
	if (!roll_query_start(source, name, type, done, question, why)) {
		roll_look_fail(search->look, "correct this", "%s", why);
	}
}

static struct roll_source *source(struct search *search, struct roll_queries *queries,
	const char *zone, const char *address)
{
	char why[DANCE_ERROR_SIZE];
	struct roll_source *made = roll_source_new(queries, zone, address, why);
	if (made == NULL) {
		roll_look_fail(search->look, "correct this", "%s", why);
	}
	return made;
}

/* Answers that come later must find what they are for. So nothing more is asked then. */
static void wait_for_all(struct search *search, struct roll_queries *queries)
{
	if (!roll_queries_wait(queries, STAGE_MS)) {
		roll_look_fail(search->look,
			"open outgoing port 53, UDP and TCP, or set 'resolver'",
			"%.120s: DNS gave no answer in time", search->name);
	}
}

/* The records by the usual way, and who serves the name. */
static void ask_usual(struct search *search, struct roll_queries *queries,
	struct roll_source *usual, struct question *questions)
{
	const char *name = search->name;
	questions[0] = (struct question){ .search = search };
	ask(search, usual, name, ROLL_TYPE_TLSA, on_own, &questions[0]);
	ask(search, usual, name, ROLL_TYPE_CNAME, on_alias, &questions[0]);
	for (; name != NULL && search->candidate_count < LABEL_MAX;
		name = strchr(name, '.')) {
		name += *name == '.';
		size_t at = search->candidate_count++;
		search->candidates[at] = name;
		questions[1 + at] = (struct question){ .search = search, .at = at };
		ask(search, usual, name, ROLL_TYPE_NS, on_servers, &questions[1 + at]);
	}
	wait_for_all(search, queries);
}

static void ask_addresses(struct search *search, struct roll_queries *queries,
	struct roll_source *usual, struct question *questions)
{
	for (size_t i = 0; i < search->server_count; i++) {
		questions[i] = (struct question){ .search = search, .at = i };
		ask(search, usual, search->servers[i].name, ROLL_TYPE_A, on_a,
			&questions[i]);
		ask(search, usual, search->servers[i].name, ROLL_TYPE_AAAA, on_aaaa,
			&questions[i]);
	}
	wait_for_all(search, queries);
	for (size_t i = 0; i < search->server_count; i++) {
		const struct server *server = &search->servers[i];
		if (server->addresses == 0) {
			roll_look_fail(search->look,
				"see to this server, or take it from the zone",
				server->unreached > 0 ?
					"server %.100s: there is no route to its addresses" :
					"server %.100s: it has no address, or they cannot be looked up",
				server->name);
		}
	}
}

static void ask_servers(struct search *search, struct roll_queries *queries,
	struct question *questions)
{
	const char *zone = search->candidates[search->zone];
	for (size_t i = 0; i < search->address_count; i++) {
		const struct address *address = &search->addresses[i];
		struct roll_view *view = &search->views[i];
		*view = (struct roll_view){
			.place = search->place, .serial = -1, .outcome = RESOLVER_TIMEOUT
		};
		(void)snprintf(view->who, sizeof(view->who), "server %.70s (%s)",
			search->servers[address->server].name, address->text);
		struct roll_source *one = source(search, queries, zone, address->text);
		if (one == NULL) {
			return;
		}
		questions[i] = (struct question){ .search = search, .at = i };
		ask(search, one, search->name, ROLL_TYPE_TLSA, on_tlsa, &questions[i]);
		ask(search, one, zone, ROLL_TYPE_SOA, on_soa, &questions[i]);
	}
	(void)roll_queries_wait(queries, STAGE_MS);
	for (size_t i = 0; i < search->address_count; i++) {
		roll_look_add(search->look, &search->views[i]);
	}
	search->look->servers += search->address_count;
}

/* False if there is no zone whose servers could be asked. */
static bool found_zone(struct search *search)
{
	struct roll_look *look = search->look;
	if (search->alias) {
		roll_look_fail(look, "configure the name that it leads to",
			"%.120s is an alias", search->name);
		return false;
	}
	if (search->zone >= search->candidate_count || search->unclear < search->zone) {
		roll_look_fail(look, "see to the name servers of the zone",
			"%.120s: the servers of its zone cannot be looked up",
			search->name);
		return false;
	}
	(void)snprintf(look->places[search->place].zone, DANCE_NAME_SIZE, "%s",
		search->candidates[search->zone]);
	return true;
}

static void look_at(struct search *search, struct roll_queries *queries)
{
	struct question questions[LABEL_MAX + 1];
	struct roll_source *usual = source(search, queries, NULL, NULL);
	if (usual == NULL) {
		return;
	}
	ask_usual(search, queries, usual, questions);
	if (search->look->complete || search->own.outcome != RESOLVER_TIMEOUT) {
		roll_look_add(search->look, &search->own);
	}
	/* Without validated answers, the rest would tell nothing. */
	if (!search->look->complete || !found_zone(search)) {
		return;
	}
	ask_addresses(search, queries, usual, questions);
	if (search->too_many != NULL) {
		roll_look_fail(search->look, "have fewer", "zone %.100s has too many %s",
			search->candidates[search->zone], search->too_many);
	}
	if (search->look->complete) {
		ask_servers(search, queries, questions);
	}
}

void roll_servers_look(struct roll_look *look, const struct dance_context_options *options,
	const struct roll_key *key, const char *const digests[ROLL_DIGEST_MAX])
{
	char why[DANCE_ERROR_SIZE];
	roll_look_begin(look);
	for (size_t i = 0; i < key->name_count && look->complete; i++) {
		struct roll_queries *queries = roll_queries_new(options, why);
		struct search *search = calloc(1, sizeof(*search));
		if (queries == NULL || search == NULL) {
			roll_look_fail(look, "see to the machine", "out of memory");
		} else {
			*search = (struct search){ .look = look,
				.digests = digests,
				.name = key->names[i],
				.place = i,
				.zone = LABEL_MAX,
				.unclear = LABEL_MAX,
				.own = { .place = i,
					.serial = -1,
					.outcome = RESOLVER_TIMEOUT } };
			(void)snprintf(search->own.who, sizeof(search->own.who), "%.100s",
				key->names[i]);
			look_at(search, queries);
		}
		roll_queries_free(queries);
		free(search);
	}
}
