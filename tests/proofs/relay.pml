/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the client of a relay gets the server's messages whole, one after the other, in the order in
 *   which they came, each for a query of its own that was passed on; none that broke off; our own
 *   answer only to a query that the server has said nothing of; and if a query that was passed on is
 *   not answered to its end, the connection ends.
 * Sources: modules/front/relay.c modules/front/pending_queries.c modules/front/upstream_slots.c
 *   modules/front/answer_buffer.c modules/front/query_buffer.c modules/front/stream.c
 * Assumes: 2 queries, which may have one id; answers of 1 or 2 messages, in any order; messages in two
 *   pieces, which are written and read one by one or together; the server answers what it was
 *   asked and no more, and may close or be reset at any time, as the client may. A time that is
 *   over is one at any moment.
 * Limit: 60 s */

#define QUERIES 2
#define NONE 15

/* What has become of a query. */
bool same_id, was_read[QUERIES], was_passed[QUERIES], in_part[QUERIES], done[QUERIES], own[QUERIES];

/* The client: `up_wire` has the pieces of its queries. */
chan up_wire = [4] of { byte, bit }
bool client_finished, client_gone;
byte in_midst = NONE; /* the message of which it has one piece */

/* The server: `down_wire` has the pieces of its messages: query, piece, is it the last message of
 * the answer, connection. */
chan down_wire = [4] of { byte, bit, bool, bit }
bool asked[QUERIES];
byte messages[QUERIES];
byte half_said = NONE;
bool half_is_last, server_closed, server_reset;
bit connection; /* tells one from the next */

/* struct relay */
byte up = NONE;    /* the query in up */
byte up_left;      /* pieces of it that the server does not have */
bool gathered, finished, undecided, connecting, connected, awaiting, kept, last, over;
byte passed;
bool pending[QUERIES], pending_lost;
chan down = [5] of { byte, bit, bool, bit }
byte down_whole;   /* messages in it */
byte out = NONE, out_left;
bool out_is_own, out_is_last;
byte reply = NONE; /* our own answer, to this query */

/* struct upstream_slot */
bool idle, lost;

/* pending_queries_is_none() */
#define is_none_pending (!pending[0] && !pending[1] && !pending_lost)
/* is_owed() */
#define is_owed (awaiting || len(down) > 0)
/* is_at_rest() */
#define is_at_rest (is_none_pending && !is_owed && up_left == 0)
/* is_flushed() */
#define is_flushed (out_left == 0 && reply == NONE && down_whole == 0)
/* relay_waits_for_owner() */
#define waits_for_owner (undecided || connecting)

#define is_answered(q) (!was_passed[q] || done[q])

inline drain(queue)
{
	do
	:: len(queue) > 0 -> queue?_,_,_,_
	:: else -> break
	od
}

/* leave_server(), upstream_slot_give() */
inline leave_server()
{
	connected = false; connecting = false;
	pending[0] = false; pending[1] = false; pending_lost = false;
	awaiting = false; kept = false;
	up_left = 0; passed = 0;
	idle = false; lost = false;
	drain(down_wire);
	asked[0] = false; asked[1] = false;
	half_said = NONE; server_closed = false; server_reset = false;
	connection = 1 - connection
}

/* stop() */
inline stop()
{
	over = true
}

/* put_reply() */
inline put_reply()
{
	reply = up
}

/* answer_for_server() */
inline answer_for_server()
{
	put_reply();
	last = true
}

/* pass(), reach_server(), upstream_slot_resume(), pending_queries_add() */
inline pass()
{
	if
	:: !connecting && connected && lost -> leave_server()
	:: else -> idle = false
	fi;
	connecting = false;
	if
	:: connected -> skip
	:: !connected -> connected = true
	:: !connected -> connecting = true
	:: !connected -> answer_for_server()
	fi;
	if
	:: connected ->
		passed++;
		was_passed[up] = true;
		awaiting = true; kept = true;
		if
		:: same_id && pending[1 - up] -> pending_lost = true
		:: else -> pending[up] = true
		fi;
		up_left = 2
	:: else -> skip
	fi
}

/* decide() */
inline decide()
{
	undecided = false;
	if
	:: pass()
	:: last = true; put_reply()
	:: put_reply()
	:: undecided = true
	:: stop()
	fi
}

/* server_failed(), answer_buffer_forget() */
inline server_failed()
{
	first = passed == 1 && awaiting && kept;
	rest = is_at_rest;
	leave_server();
	if
	:: len(down) % 2 == 1 -> down?half_q,half_piece,half_last,half_link /* what broke off */
	:: else -> skip
	fi;
	if
	:: rest -> skip
	:: !rest && first -> answer_for_server()
	:: !rest && !first -> stop()
	fi;
	first = false; rest = false
}

/* One more piece in down: two are a message. */
inline take_piece()
{
	down_wire?q,piece,is_last,link;
	if
	:: piece == 0 -> assert(len(down) % 2 == 0); mid = q; mid_link = link
	:: else ->
		assert(len(down) % 2 == 1 && mid == q && mid_link == link);
		down_whole++
	fi;
	down!q,piece,is_last,link
}

/* What the client reads. */
inline client_gets()
{
	if
	:: out_left == 2 -> assert(in_midst == NONE); in_midst = out
	:: else ->
		assert(in_midst == out);
		in_midst = NONE;
		assert(!own[out] && !done[out]);
		if
		:: out_is_own ->
			assert(was_read[out] && !in_part[out]);
			own[out] = true
		:: else ->
			assert(was_passed[out]);
			in_part[out] = true;
			done[out] = out_is_last
		fi
	fi
}

active proctype client()
{
	byte q;
	if
	:: same_id = true
	:: skip
	fi;
end:	do
	:: q < QUERIES && !client_finished && !client_gone ->
		up_wire!q,0;
		if
		:: up_wire!q,1; q++
		:: client_gone = true
		:: client_finished = true
		fi
	:: !client_finished && !client_gone -> client_finished = true
	:: !client_gone -> client_gone = true; break
	od
}

active proctype server()
{
	byte q;
end:	do
	:: atomic {
		connected && !server_closed && half_said == NONE && len(down_wire) < 4 &&
			(asked[0] || asked[1]) ->
			if
			:: asked[0] -> q = 0
			:: asked[1] -> q = 1
			fi;
			if
			:: messages[q] == 0 -> half_is_last = false
			:: half_is_last = true
			fi;
			messages[q]++;
			down_wire!q,0,half_is_last,connection;
			half_said = q; q = 0
	}
	:: atomic {
		connected && !server_closed && half_said != NONE && len(down_wire) < 4 ->
			down_wire!half_said,1,half_is_last,connection;
			asked[half_said] = !half_is_last;
			half_said = NONE
	}
	:: atomic { connected && !server_closed -> server_closed = true }
	:: atomic { connected && !server_reset -> server_closed = true; server_reset = true }
	/* Another client takes the slot: upstream_slot_take() */
	:: atomic { connected && idle && !lost -> lost = true; server_closed = true }
	od
}

active proctype relay()
{
	byte q, half_q, mid = NONE;
	bit piece, link, half_piece, half_link, mid_link;
	bool is_last, half_last, first, rest;

	do
	/* from_owner() */
	:: atomic { !over && undecided -> decide() }
	:: atomic { !over && connecting -> pass() }

	/* from_client(), query_buffer_take() */
	:: atomic {
		!over && !waits_for_owner && !finished && !last && reply == NONE && up_left == 0 &&
			(len(up_wire) > 0 || client_finished || client_gone) ->
			if
			:: len(up_wire) > 0 ->
				up_wire?q,piece;
				kept = false;
				up = q;
				gathered = piece == 0;
				if
				:: piece == 1 -> was_read[q] = true; decide()
				:: else -> skip
				fi
			:: len(up_wire) == 0 && client_finished ->
				if
				:: gathered -> stop()
				:: else -> finished = true
				fi
			:: client_gone -> stop()
			fi;
			q = 0; piece = 0
	}

	/* to_server() */
	:: atomic {
		!over && up_left > 0 ->
			if
			:: !server_closed ->
				up_left--;
				if
				:: up_left == 0 -> asked[up] = true; messages[up] = 0
				:: else -> skip
				fi
			:: server_closed -> up_left = 0
			fi
	}

	/* from_server(), answer_buffer_add() */
	:: atomic {
		!over && connected && !connecting && out_left == 0 && down_whole == 0 && !last &&
			(len(down_wire) > 0 || server_closed) ->
			if
			:: len(down_wire) > 0 && !server_reset ->
				take_piece()
				do
				:: len(down_wire) > 0 && len(down) < 5 -> take_piece()
				:: break
				od;
				awaiting = awaiting && down_whole == 0
			:: (len(down_wire) == 0 && server_closed) || server_reset ->
				server_failed(); mid = NONE
			fi;
			q = 0; piece = 0; is_last = false; link = 0
	}

	/* to_client(), choose(), follow(), pending_queries_answer(), upstream_slot_rest() */
	:: atomic {
		!over && out_left == 0 && (down_whole > 0 || reply != NONE) ->
			out_left = 2;
			out_is_own = down_whole == 0;
			if
			:: down_whole > 0 ->
				down?out,piece,out_is_last,link;
				down?out,piece,out_is_last,link;
				piece = 0; link = 0;
				down_whole--;
				assert(was_passed[out]);
				q = (same_id && pending[1 - out] -> 1 - out : out);
				pending_lost = pending_lost || !pending[q];
				pending[q] = pending[q] && !out_is_last;
				q = 0;
				idle = connected && is_at_rest
			:: else -> out = reply; reply = NONE
			fi
	}
	:: atomic {
		!over && out_left > 0 ->
			if
			:: client_gone -> stop()
			:: client_gets(); out_left--
			fi
	}

	/* step(): what it looks at when all is written. stream_finish() changes nothing here. */
	:: atomic {
		!over && is_flushed && last ->
			stop()
	}
	:: atomic {
		!over && is_flushed && !last && finished && up_left == 0 && !waits_for_owner &&
			(!connected || is_at_rest) ->
			assert(is_answered(0) && is_answered(1));
			stop()
	}

	/* wait_for_sides(), may_leave_server() */
	:: atomic {
		!over && !waits_for_owner && connected && is_at_rest ->
			leave_server(); mid = NONE;
			assert(out_left > 0 || (is_answered(0) && is_answered(1)))
	}
	/* give_up() */
	:: atomic {
		!over && !waits_for_owner ->
			if
			:: gathered || last || !is_flushed || !is_owed -> stop()
			:: !last && is_flushed && is_owed -> server_failed(); mid = NONE
			fi
	}

	/* It goes on without a server only if nothing is owed. */
	:: atomic {
		!over && !last && !connected && is_flushed ->
			assert(is_answered(0) && is_answered(1))
	}
	:: over -> break
	od
}
