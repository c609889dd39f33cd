/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Room for a line in knotd's log. Knows what knotd puts before it: the level, the zone and the
 * module. */

#include "log.h"

#include <string.h>

#include "ctx.h"
#include "module_refs.h"

#define KNOTD_LINE_SIZE 512

/* What knotd writes before a line, with the longest of the levels that the module uses. */
#define BEFORE_LINE "warning: module 'mod-dance', "

/* The most that "/ID" may take: an instance is not told which of the sections is its own. */
size_t log_id_size(knotd_mod_t *mod)
{
	size_t most = 0;
	knotd_conf_t refs = module_refs_of(mod);
	for (size_t i = 0; i < refs.count; i++) {
		const char *id = module_ref_id(&refs.multi[i]);
		size_t size = id != NULL && id[0] != '\0' ? strlen(id) + 1 : 0;
		most = size > most ? size : most;
	}
	knotd_conf_free(&refs);
	return most > 0 ? strlen("/") + most : 0;
}

static size_t room_after(knotd_mod_t *mod, size_t id_size)
{
	size_t before = strlen(BEFORE_LINE) + id_size;
	const knot_dname_t *zone = knotd_mod_zone(mod);
	knot_dname_txt_storage_t text;
	if (zone != NULL && knot_dname_to_str(text, zone, sizeof(text)) != NULL) {
		before += strlen("[] ") + strlen(text);
	}
	return before < KNOTD_LINE_SIZE ? KNOTD_LINE_SIZE - before : 0;
}

size_t log_room(knotd_mod_t *mod)
{
	return room_after(mod, log_id_size(mod));
}

void log_end(knotd_mod_t *mod, int priority, struct log_line *line, const char *advice)
{
	const struct dance_ctx *ctx = knotd_mod_ctx(mod);
	const struct section *section = ctx != NULL ? ctx->section : NULL;
	size_t room = section != NULL ? room_after(mod, section->id_size) : log_room(mod);
	knotd_mod_log(mod, priority, "%s", log_line_end(line, room, advice));
}

void log_text(knotd_mod_t *mod, int priority, const char *text)
{
	struct log_line line;
	log_line_begin(&line, "%s", text);
	log_end(mod, priority, &line, NULL);
}
