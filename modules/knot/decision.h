/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What becomes of one message that the module guards. */

#pragma once

#include <stdbool.h>

#include <knot/module.h>

#include "acl.h"
#include "acl_alias.h"
#include "ctx.h"
#include "dance.h"

struct decision {
	struct dance_result result;
	bool of_transfer; /* made for an earlier message of the same transfer */
	bool logged;      /* for an earlier request of the same connection */
	bool left_to_acl; /* not proved, and left to the ACL all the same */
	char alias[ACL_ALIAS_PATH_SIZE]; /* what the ACL is to see; "" for the client's address */
	bool alias_too_long;  /* proved, but there is no room for its name in `alias` */
	bool session_resumed; /* in a session that may have begun with another zone */
	bool keeps_address;   /* allowed, and no rule of the ACL names it */
	bool acl_unreadable;  /* so it cannot be left to the ACL */
	char open_rule[ACL_ID_SIZE]; /* the rule that is why it cannot; or "" */
};

/* Decides on a message that asks for this action (an ACL_BIT). May wait for DNS. `thread` is
 * NULL if there is no memory for it: then the message is refused. */
void decision_make(struct decision *decision, struct dance_ctx *ctx,
	struct dance_thread *thread, const knotd_qdata_t *qdata, knotd_mod_t *mod,
	unsigned action);

/* Is the message to be processed, as far as the module is concerned? */
bool decision_passes(const struct decision *decision);

/* Logs it, unless the log has it from an earlier message. */
void decision_log(const struct decision *decision, struct dance_ctx *ctx,
	const knotd_qdata_t *qdata, knotd_mod_t *mod);
