/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sentences only: what they are about was found out by others. */

#include "forecast.h"

#include <stdarg.h>
#include <stdio.h>

#include "moment.h"

static void say(struct forecast *forecast, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct forecast *forecast, const char *format, ...)
{
	char *sentence = forecast->sentences[forecast->count++];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(forecast->sentences[0]), format, args);
	va_end(args);
}

static void take_end(struct forecast *forecast, int64_t end, const char *name,
	const char *type)
{
	if (end != 0 && (forecast->end == 0 || end < forecast->end)) {
		forecast->end = end;
		forecast->type = type;
		(void)snprintf(forecast->name, sizeof(forecast->name), "%s", name);
	}
}

static void say_end(struct forecast *forecast, const struct forecast_wish *wish,
	const struct forecast_basis *basis)
{
	char end[MOMENT_SIZE];
	const struct ancestry *ancestry = basis->ancestry;
	take_end(forecast, basis->end, basis->name, "TLSA");
	take_end(forecast, ancestry->end, ancestry->name, ancestry->type);
	if (forecast->end != 0 && forecast->end - basis->now < wish->span) {
		moment_to_text(forecast->end, end);
		say(forecast,
			"the signature of the %s records of %s ends at %s: have that zone signed "
			"again",
			forecast->type, forecast->name, end);
	}
	if (basis->end == 0) {
		say(forecast, "it is not known when the signatures of the records end");
	}
	if (ancestry->unknown_type != NULL) {
		say(forecast, "the %s records of %s could not be looked up",
			ancestry->unknown_type, ancestry->unknown);
	}
}

void forecast_make(struct forecast *forecast, const struct forecast_wish *wish,
	const struct forecast_basis *basis)
{
	*forecast = (struct forecast){ .end = 0 };
	say_end(forecast, wish, basis);
	if (wish->roll && basis->usable == 1) {
		say(forecast,
			"a roll of the key is due, and only one record is usable: publish the "
			"record of the next key");
	}
	if (!wish->roll && basis->others != 0) {
		say(forecast,
			"%zu of %zu usable records do not match what was shown: withdraw them, "
			"unless the key is being rolled (--roll)",
			basis->others, basis->usable);
	}
	if (*basis->ancestry->aging != '\0') {
		say(forecast,
			"the trust anchor %.100s is aging (%s): bring this file up to date, or "
			"the name may become bogus when the root's key is replaced",
			basis->anchor, basis->ancestry->aging);
	}
}
