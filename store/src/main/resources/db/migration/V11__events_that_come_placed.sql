-- Whoever writes an event may place it in the same statement, as append_event does; any other is placed here.
create or replace trigger placed before insert on events for each row when (new.position is null)
    execute function place_event();
