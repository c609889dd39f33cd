/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Kinds of messages against what may pass. */

#include "ruling.h"

#include <libknot/consts.h>

#include "log.h"
#include "tally.h"

bool ruling_passes(unsigned pass, enum message_kind kind)
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

bool ruling_answer(struct relay *relay, const uint8_t *message, size_t size, uint8_t rcode,
	int ede, const char *text)
{
	relay->answer_size = message_refuse(message, size, rcode, ede, text, relay->answer,
		sizeof(relay->answer));
	return relay->answer_size > 0;
}

enum relay_ruling ruling_not_passed(struct relay *relay,
	const struct message_question *question, const uint8_t *message, size_t size)
{
	tally_event(TALLY_NOT_PASSED);
	bool malformed = question->kind == MESSAGE_MALFORMED;
	return ruling_answer(relay, message, size,
		malformed ? KNOT_RCODE_FORMERR : KNOT_RCODE_REFUSED,
		malformed ? MESSAGE_NO_EDE : KNOT_EDNS_EDE_NOTSUP, "not passed here") ?
		RELAY_ANSWER : RELAY_CLOSE;
}

void ruling_log_end(const char *kind, const char *id, const char *role,
	const struct conf_address *server, unsigned answer_ms, enum relay_end end)
{
	switch (end) {
	case RELAY_SERVER_SILENT:
		log_line(CONF_LOG_WARNING, "%s %s, %s %s has not answered in %u s", kind, id,
			role, server->text, answer_ms / 1000);
		return;
	case RELAY_SERVER_GONE:
		log_line(CONF_LOG_WARNING, "%s %s, %s %s has closed the connection instead of "
			"answering", kind, id, role, server->text);
		return;
	case RELAY_IDLE:
	case RELAY_CLIENT_GONE:
	case RELAY_ENDED:
		return;
	}
}
