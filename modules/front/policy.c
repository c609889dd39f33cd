/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Kinds of messages against what may pass. */

#include "policy.h"

#include <stdio.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>

#include "log.h"
#include "stats.h"

bool policy_passes(unsigned pass, enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_TRANSFER:
		return (pass & (CONF_PASS_TRANSFER | CONF_PASS_ANY)) != 0;
	case MESSAGE_QUERY:
		return (pass & CONF_PASS_ANY) != 0;
	case MESSAGE_NOTIFY:
		return (pass & CONF_PASS_NOTIFY) != 0;
	case MESSAGE_UPDATE:
		return (pass & CONF_PASS_UPDATE) != 0;
	case MESSAGE_MALFORMED:
	case MESSAGE_OTHER:
		break;
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

/* " (EDE 18: text)" */
static void print_extended_error(const struct message_reply *reply, char *text, size_t size)
{
	text[0] = '\0';
	if (reply->ede != MESSAGE_NO_EDE) {
		snprintf(text, size, " (EDE %d%s%s)", reply->ede,
			reply->ede_text[0] != '\0' ? ": " : "", reply->ede_text);
	}
}

void policy_log_answer(const struct policy_server *server, const uint8_t *message,
	size_t size)
{
	struct message_reply reply;
	if (!message_read_reply(message, size, &reply)) {
		return;
	}
	/* Which of the two a server says where its access list does not permit it differs. */
	bool refused = reply.rcode == KNOT_RCODE_REFUSED ||
		reply.rcode == KNOT_RCODE_NOTAUTH;
	bool failed = !refused && reply.rcode != KNOT_RCODE_NOERROR &&
		reply.rcode != KNOT_RCODE_NXDOMAIN;
	if (refused || failed) {
		stats_count(refused ? STATS_REFUSED : STATS_FAILED);
	}
	char ede[160], line[1024];
	print_extended_error(&reply, ede, sizeof(ede));
	snprintf(line, sizeof(line), "%s %s, %s %s answered %s%s to %s %s%s%s%s",
		server->kind, server->id, server->role, server->text, reply.rcode_name, ede,
		reply.question.type_name, reply.question.name, server->whom,
		refused ? "; " : "", refused ? server->advice : "");
	if (refused || (failed && policy_is_heavy(&reply.question))) {
		log_limited(LEVEL_NOTICE, "%s", line);
	} else {
		log_line(LEVEL_DEBUG, "%s", line);
	}
}

void policy_log_outcome(const char *kind, const char *id, const char *role,
	const struct address *server, unsigned answer_ms, enum relay_outcome outcome)
{
	switch (outcome) {
	case RELAY_SERVER_SILENT:
		log_line(LEVEL_WARNING, "%s %s, %s %s has not answered in %u s", kind, id,
			role, server->text, answer_ms / 1000);
		return;
	case RELAY_SERVER_GONE:
		log_line(LEVEL_WARNING,
			"%s %s, %s %s has closed the connection instead of "
			"answering",
			kind, id, role, server->text);
		return;
	case RELAY_IDLE:
	case RELAY_CLIENT_GONE:
	case RELAY_ENDED:
		return;
	}
}
