import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Departments, members' profiles, plans, recycle bin, jobs.
 *
 * - `company`: what a tenant has at most one of: plan and what was agreed beyond it, information, policies. `plan_seats` and
 *   `vip_seats` null: no limit. `mail_stopped_at`: since when the mail service is stopped (TEN-38). `revision` rises with
 *   every change that counts seats: its row is what makes two of them wait for each other.
 * - `department.parent_id` 0: directly below the company. `name_key` is what siblings must not share.
 * - `member`: one row for each account of kind `person`. `user_key` and `mobile_key` are what is compared; `mobile_key` is
 *   null while the member lies in the bin. `sort_key` orders lists (pinyin), `book_text` is what colleagues search,
 *   `admin_text` what administrators find on top of it. Both are lower case. `generated`: the system made the address, and
 *   it may be changed once more (DIR-08).
 * - `recycled`: members and public mailboxes that were deleted. The row stays after a restore: it can be done once
 *   (RCY-07). `addresses` is JSON: what the account had, so that it gets back what was given to a successor.
 * - `job`: long work that survives a restart. `progress` is JSON that its worker resumes from.
 */
export function organisationMigration(version: number): Migration {
  return {
    version,
    name: 'organisation',
    up: [
      ddl(`CREATE TABLE company (
        tenant_id BIGINT PRIMARY KEY REFERENCES tenant (id),
        plan TEXT NOT NULL,
        plan_seats BIGINT,
        vip_seats BIGINT,
        plan_changes TEXT NOT NULL,
        information TEXT NOT NULL,
        policies TEXT NOT NULL,
        logo BLOB,
        logo_type TEXT,
        mail_stopped_at BIGINT,
        revision BIGINT NOT NULL)`),
      ddl(`CREATE TABLE department (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        parent_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        book_text TEXT NOT NULL,
        position BIGINT NOT NULL,
        hidden BIGINT NOT NULL,
        view_rule TEXT CHECK (view_rule IN ('company', 'branch')),
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE UNIQUE INDEX department_name ON department (tenant_id, parent_id, name_key)'),
      ddl(`CREATE TABLE member (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        user_id TEXT NOT NULL,
        user_key TEXT NOT NULL,
        english_name TEXT NOT NULL,
        job_title TEXT NOT NULL,
        mobile TEXT NOT NULL,
        mobile_key TEXT,
        phone TEXT NOT NULL,
        employee_number TEXT NOT NULL,
        gender TEXT CHECK (gender IN ('male', 'female')),
        outward TEXT NOT NULL,
        vip BIGINT NOT NULL,
        hidden BIGINT NOT NULL,
        generated BIGINT NOT NULL,
        sort_key TEXT NOT NULL,
        book_text TEXT NOT NULL,
        admin_text TEXT NOT NULL,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl('CREATE UNIQUE INDEX member_user ON member (tenant_id, user_key)'),
      ddl('CREATE UNIQUE INDEX member_mobile ON member (tenant_id, mobile_key)'),
      ddl('CREATE INDEX member_mobile_anywhere ON member (mobile_key)'),
      ddl('CREATE INDEX member_sort ON member (tenant_id, sort_key, account_id)'),
      ddl('CREATE INDEX member_vip ON member (tenant_id, vip)'),
      ddl(`INSERT INTO member (tenant_id, account_id, user_id, user_key, english_name, job_title, mobile, mobile_key,
          phone, employee_number, gender, outward, vip, hidden, generated, sort_key, book_text, admin_text)
        SELECT a.tenant_id, a.id, 'account-' || CAST(a.id AS TEXT), 'account-' || CAST(a.id AS TEXT), '', '', '', NULL,
          '', '', NULL, '{}', 0, 0, 0, LOWER(a.display_name), '', ''
        FROM account a WHERE a.kind = 'person' AND a.removed_at IS NULL`),
      ddl(`CREATE TABLE member_department (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        department_id BIGINT NOT NULL,
        is_main BIGINT NOT NULL,
        is_leader BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id, department_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id),
        FOREIGN KEY (tenant_id, department_id) REFERENCES department (tenant_id, id))`),
      ddl('CREATE INDEX member_department_of ON member_department (tenant_id, department_id, account_id)'),
      ddl(`CREATE TABLE tag (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE UNIQUE INDEX tag_name ON tag (tenant_id, name_key)'),
      ddl(`CREATE TABLE tag_entry (
        tenant_id BIGINT NOT NULL,
        tag_id BIGINT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('member', 'department')),
        target_id BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, tag_id, kind, target_id),
        FOREIGN KEY (tenant_id, tag_id) REFERENCES tag (tenant_id, id))`),
      ddl('CREATE INDEX tag_entry_of ON tag_entry (tenant_id, kind, target_id)'),
      ddl(`CREATE TABLE recycled (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'public')),
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        addresses TEXT NOT NULL,
        deleted_at BIGINT NOT NULL,
        deleted_by TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        restored_at BIGINT,
        purged_at BIGINT,
        successor_id BIGINT,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl('CREATE INDEX recycled_at ON recycled (tenant_id, deleted_at, account_id)'),
      ddl('CREATE INDEX recycled_expiry ON recycled (expires_at)'),
      ddl(`CREATE TABLE job (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
        parameters TEXT NOT NULL,
        progress TEXT NOT NULL,
        total BIGINT NOT NULL,
        done BIGINT NOT NULL,
        error TEXT,
        attempts BIGINT NOT NULL,
        holder TEXT,
        lease_until BIGINT NOT NULL,
        created_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        finished_at BIGINT,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE INDEX job_open ON job (state, lease_until)'),
    ],
  };
}
