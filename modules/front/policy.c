/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Kinds of messages and what passes, and the lines about what a server answers. */

#include "policy.h"

#include <libknot/consts.h>
#include <libknot/descriptor.h>

#include "log.h"
#include "stats_event.h"

bool policy_passes(unsigned pass, enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_MALFORMED:
	case MESSAGE_OTHER:
		break;
	case MESSAGE_TRANSFER:
		return (pass & (CONF_PASS_TRANSFER | CONF_PASS_ANY)) != 0;
	case MESSAGE_QUERY:
		return (pass & CONF_PASS_ANY) != 0;
	case MESSAGE_NOTIFY:
		return (pass & CONF_PASS_NOTIFY) != 0;
	case MESSAGE_UPDATE:
		return (pass & CONF_PASS_UPDATE) != 0;
	}
	return false;
}

bool policy_refuse(struct relay_reply *reply, const uint8_t *message, size_t size,
	uint8_t rcode, int ede, const char *text)
{
	reply->size = message_refuse(message, size, rcode, ede, text, reply->octets,
		sizeof(reply->octets));
	return reply->size > 0;
}

enum relay_decision policy_not_passed(const struct message_question *question,
	const uint8_t *message, size_t size, struct relay_reply *reply)
{
	stats_count(STATS_NOT_PASSED);
	bool malformed = question->kind == MESSAGE_MALFORMED;
	return policy_refuse(reply, message, size,
		       malformed ? KNOT_RCODE_FORMERR : KNOT_RCODE_REFUSED,
		       malformed ? MESSAGE_NO_EDE : KNOT_EDNS_EDE_NOTSUP,
		       "this kind of query is not passed here") ?
		RELAY_ANSWER :
		RELAY_CLOSE;
}

bool policy_is_heavy(const struct message_question *question)
{
	return question->type == KNOT_RRTYPE_AXFR || question->type == KNOT_RRTYPE_IXFR ||
		question->kind == MESSAGE_UPDATE || question->kind == MESSAGE_NOTIFY;
}

void policy_log_not_passed(bool is_client, const char *id, const char *remote,
	const char *name, const struct message_question *question)
{
	static const char *const add[2] = { "add it to 'pass' if clients may send it",
		"add it to 'pass' if the secondary may send it" };
	static const char *const see[2] = { "see the client's log",
		"see the secondary's log" };
	struct log_line line;
	log_line_begin(&line, "%s %s, %s %s not passed", is_client ? "client" : "front", id,
		question->type_name, question->name);
	if (remote != NULL) {
		log_line_key(&line, "remote", "%s", remote);
		log_line_key(&line, "client", "%s", name);
	}
	if (question->kind != MESSAGE_MALFORMED) {
		log_line_reason(&line, "its kind is not in 'pass'");
	}
	/* No word of 'pass' lets these two pass. */
	bool never = question->kind == MESSAGE_MALFORMED || question->kind == MESSAGE_OTHER;
	log_composed_limited(LEVEL_NOTICE, &line, never ? see[is_client] : add[is_client]);
}

/* How a server is called in the log, and what its operator or ours can do. */
static const struct words {
	const char *section, *role;
	const char *refused, *refused_query, *failed, *silent, *gone;
} all_words[2] = {
	{ "front", "server",
		"permit this address for the zone on the server (provide-xfr, "
		"allow-transfer)",
		"permit this address on the server (access-control)",
		"see the server's log", "see the server's log",
		"check that 'proxy' agrees with the server's configuration" },
	{ "client", "primary",
		"ask the primary's operator to permit this secondary for the zone",
		"ask the primary's operator to permit this client",
		"ask the primary's operator", "ask the primary's operator",
		"ask the primary's operator" },
};

static void compose_answer(struct log_line *line, const struct policy_server *server,
	const struct message_reply *reply)
{
	const struct words *words = &all_words[server->is_primary];
	log_line_begin(line, "%s %s, %s %s answered", words->section, server->id,
		reply->question.type_name, reply->question.name);
	if (server->remote != NULL) {
		log_line_key(line, "remote", "%s", server->remote);
	}
	log_line_key(line, words->role, "%s", server->text);
	log_line_key(line, "rcode", "%s", reply->rcode_name);
	if (reply->ede != MESSAGE_NO_EDE) {
		log_line_key(line, "ede", "%d", reply->ede);
	}
	if (server->as != NULL) {
		log_line_key(line, "as", "%s", server->as);
	}
	if (reply->ede != MESSAGE_NO_EDE && reply->ede_text[0] != '\0') {
		/* Words of others must not look as if the reason ended in them. */
		char text[sizeof(reply->ede_text)];
		snprintf(text, sizeof(text), "%s", reply->ede_text);
		for (char *at = text; (at = strpbrk(at, "()")) != NULL; at++) {
			*at = *at == '(' ? '[' : ']';
		}
		log_line_reason(line, "%s", text);
	}
}

/* What to do about an answer that is an error. */
static const char *advise(const struct words *words, const struct message_reply *reply,
	bool refused)
{
	if (!refused) {
		return words->failed;
	}
	return reply->question.kind == MESSAGE_QUERY ? words->refused_query :
						       words->refused;
}

void policy_log_answer(const struct policy_server *server, const uint8_t *message,
	size_t size)
{
	const struct words *words = &all_words[server->is_primary];
	struct message_reply reply;
	if (!message_read_reply(message, size, &reply)) {
		return;
	}
	/* Servers differ in which of the two they answer if an access list does not permit
	 * it. */
	bool refused = reply.rcode == KNOT_RCODE_REFUSED ||
		reply.rcode == KNOT_RCODE_NOTAUTH;
	bool failed = !refused && reply.rcode != KNOT_RCODE_NOERROR &&
		reply.rcode != KNOT_RCODE_NXDOMAIN;
	if (refused || failed) {
		stats_count(refused ? STATS_REFUSED : STATS_FAILED);
		counts_error(server->counts, refused ? COUNTS_REFUSED : COUNTS_FAILED);
	}
	struct log_line line;
	compose_answer(&line, server, &reply);
	if (refused || (failed && policy_is_heavy(&reply.question))) {
		log_composed_limited(LEVEL_NOTICE, &line, advise(words, &reply, refused));
	} else {
		log_composed(LEVEL_DEBUG, &line, NULL);
	}
}

void policy_log_outcome(const struct policy_server *server, unsigned answer_ms,
	enum relay_outcome outcome)
{
	const struct words *words = &all_words[server->is_primary];
	if (outcome != RELAY_SERVER_SILENT && outcome != RELAY_SERVER_GONE) {
		return;
	}
	bool silent = outcome == RELAY_SERVER_SILENT;
	counts_error(server->counts, silent ? COUNTS_SILENT : COUNTS_GONE);
	struct log_line line;
	log_line_begin(&line, "%s %s, %s %s", words->section, server->id, words->role,
		silent ? "silent" : "closed the connection");
	log_line_key(&line, words->role, "%s", server->text);
	if (silent) {
		log_line_reason(&line, "no answer in %u s", answer_ms / 1000);
	} else {
		log_line_reason(&line, "a query was not answered");
	}
	log_composed_limited(LEVEL_WARNING, &line, silent ? words->silent : words->gone);
}
