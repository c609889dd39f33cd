/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which files and sockets the sections name. */

#include "audit.h"

#define UNIT_USER "dance-ask" /* of dance-ask.service */

size_t audit(const struct conf *conf, const char *path, findings_say *say)
{
	struct findings findings = { .say = say };
	findings_choose_user(&findings, conf->common.user, UNIT_USER);
	findings_metrics(&findings, &conf->common.metrics);
	findings_file(&findings, path);
	findings_file(&findings, conf->common.trust_anchor);
	findings_file(&findings, conf->common.root_hints);
	for (size_t i = 0; i < conf->ask_count; i++) {
		const struct conf_ask *ask = &conf->asks[i];
		for (size_t j = 0; j < ask->listen_count; j++) {
			struct log_line line;
			log_line_begin(&line,
				"ask %s, dance-ask can be impersonated by all users",
				ask->id);
			log_line_key(&line, "address", "%s", ask->listen[j].text);
			findings_socket(&findings, &line, &ask->listen[j]);
		}
	}
	return findings.count;
}
