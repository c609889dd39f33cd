/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a roll that is killed after any of its acts, and run again, ends with the next key in use and
 *   the old one deleted, or given up with the old one in use; no key is switched before all servers
 *   have had its record for two TTLs; the record of a key in use is never withdrawn, and that of the
 *   old key only when its service has shown the next one for as long as it must; no key is deleted
 *   while a server has its record, nor the next one while that is published.
 * Sources: src/tool/roll_steps.c src/tool/roll_plan.c src/tool/roll_run.c src/tool/roll_process.c
 *   src/tool/roll_state.c src/tool/roll_pair.c
 * Assumes: one roll of one name on 2 servers, which get what is published when they like; one may
 *   lose it before the switch, and does not get it back before a run has noticed; a TTL of 1 tick,
 *   the old key is kept for 1; 3 kills at most; nobody else changes keys and records; keys are switched in one act. It may be given up once.
 * Limit: 60 s */

#define SPREAD_TIME 2 /* roll_spread_time() */
#define KEEP_TIME 1
#define LONG 3        /* ages go no further */
#define KILLS 3

mtype = { IDLE, PUBLISH, SPREAD, SWITCH, KEEP, WITHDRAW, CLEAN, ABORT }
mtype = { OLD, NEXT }

/* DNS: what was published, and what each server has. */
bool next_wanted, old_wanted = true;
bool next_at[2], old_at[2] = true;
bool lost, has_lost; /* the first server the next one */
byte had_for; /* ticks for which all have had the next record */

/* The host: the file, and what the service shows; for how long. */
mtype file_key = OLD, shown = OLD;
byte shown_for;
bool next_made, old_deleted, next_deleted;

/* struct roll_state, and as it is in its file. */
mtype step = IDLE, saved_step = IDLE;
bool seen, saved_seen;
byte seen_for, saved_seen_for, switched_for;
byte kills;
bool wants_abort, over;

#define is_everywhere(record) (record[0] && record[1])
#define is_nowhere(record) (!record[0] && !record[1])
#define older(age) (age < LONG -> age + 1 : LONG)

/* It may be killed here: what is not in the file is gone. */
inline killed_or_not()
{
	if
	:: kills < KILLS ->
		kills++;
		step = saved_step;
		seen = saved_seen;
		seen_for = saved_seen_for;
		goto again
	:: skip
	fi
}

/* roll_state_save(), roll_enter() */
inline save()
{
	saved_step = step;
	saved_seen = seen;
	saved_seen_for = seen_for
}

active proctype dns()
{
end:	do
	:: atomic { next_at[0] != next_wanted && !lost -> next_at[0] = next_wanted; had_for = 0 }
	:: atomic { next_at[1] != next_wanted -> next_at[1] = next_wanted; had_for = 0 }
	:: atomic { old_at[0] != old_wanted -> old_at[0] = old_wanted }
	:: atomic { old_at[1] != old_wanted -> old_at[1] = old_wanted }
	:: atomic { (step == SPREAD || step == SWITCH) && file_key == OLD && next_at[0] && !has_lost ->
		next_at[0] = false; had_for = 0; lost = true; has_lost = true }
	/* A tick. */
	:: atomic {
		!over ->
			had_for = (is_everywhere(next_at) -> older(had_for) : 0);
			seen_for = older(seen_for);
			saved_seen_for = older(saved_seen_for);
			switched_for = older(switched_for);
			shown_for = older(shown_for)
	}
	od
}

active proctype roll()
{
again:	do
	:: over -> break
	/* dance roll --abort, before the next key is in use: begin_to_give_up() */
	:: atomic { !wants_abort && (step == PUBLISH || step == SPREAD || step == SWITCH) &&
		file_key == OLD -> wants_abort = true; step = ABORT; save() }

	/* idle(), roll_pair_make() */
	:: atomic { step == IDLE && !over -> next_made = true; killed_or_not() };
		atomic { step = PUBLISH; seen = false; save() }

	/* publish_next(), publish() */
	:: atomic { step == PUBLISH -> next_wanted = true; killed_or_not() };
		atomic { step = SPREAD; seen = false; save() }

	/* spread(), not_spread() */
	:: atomic { step == SPREAD && !is_everywhere(next_at) ->
		seen = false;
		lost = false;
		if
		:: is_nowhere(next_at) -> step = PUBLISH
		:: skip
		fi;
		save() }
	:: atomic { step == SPREAD && is_everywhere(next_at) ->
		if
		:: !seen -> seen = true; seen_for = 0
		:: else -> skip
		fi;
		killed_or_not();
		if
		:: seen_for >= SPREAD_TIME -> step = SWITCH
		:: else -> skip
		fi;
		save() }

	/* switch_key(), may_switch(), roll_pair_switch() */
	:: atomic { step == SWITCH && file_key == OLD && !is_everywhere(next_at) ->
		seen = false; lost = false; step = SPREAD; save() }
	:: atomic { step == SWITCH && (file_key == NEXT || is_everywhere(next_at)) ->
		assert(file_key == NEXT || had_for >= SPREAD_TIME);
		assert(next_made && !next_deleted);
		file_key = NEXT;
		killed_or_not() };
		/* The service is told. */
		atomic { shown = NEXT; shown_for = 0; killed_or_not() };
		atomic { switched_for = 0; step = KEEP; save() }

	/* keep(), roll_not_before() */
	:: atomic { step == KEEP && switched_for >= KEEP_TIME -> step = WITHDRAW; save() }

	/* withdraw(), check_in_use() */
	:: atomic { step == WITHDRAW && is_everywhere(next_at) ->
		if
		:: !is_nowhere(old_at) ->
			assert(file_key == NEXT && shown == NEXT && shown_for >= KEEP_TIME);
			old_wanted = false
		:: else -> skip
		fi;
		killed_or_not() };
		atomic { step = CLEAN; save() }

	/* clean(), roll_pair_delete_old() */
	:: atomic { step == CLEAN && is_everywhere(old_at) -> step = WITHDRAW; save() }
	:: atomic { step == CLEAN && is_nowhere(old_at) ->
		assert(shown == NEXT && file_key == NEXT && is_everywhere(next_at));
		assert(is_nowhere(old_at));
		old_deleted = true;
		killed_or_not() };
		atomic { step = IDLE; save(); over = true }

	/* give_up(), roll_pair_delete_next() */
	:: atomic { step == ABORT && (next_wanted || !is_nowhere(next_at)) ->
		assert(file_key == OLD && shown == OLD);
		next_wanted = false;
		killed_or_not() }
	:: atomic { step == ABORT && !next_wanted && is_nowhere(next_at) ->
		assert(file_key == OLD && shown == OLD && is_everywhere(old_at));
		assert(is_nowhere(next_at));
		next_deleted = true;
		killed_or_not() };
		atomic { step = IDLE; save(); over = true }
	od;
	assert(shown == file_key && (file_key == NEXT || !old_deleted) &&
		(file_key == OLD || !next_deleted) && (!next_deleted || !next_wanted))
}
