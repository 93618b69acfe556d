-- The last reply to the employee at the help desk that was taken over.
ALTER TABLE desk_tickets ADD COLUMN heard TEXT;
