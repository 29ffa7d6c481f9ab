"""Long work: what runs, how far it is, what came of it, and stopping it."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.access import needs
from crm.jobs.actions import cancel_job
from crm.jobs.lists import JobList
from crm.jobs.models import Job


def job_of(request, pk) -> Job:
    """The job, where this user may see it, with who started it; 404 else."""
    visible = Job.objects.visible_to(request.user)
    return visible.select_related("created_by").get_or_404(pk)


@needs("jobs.view")
def job_list(request):
    """Background work that this account may see, the newest first."""
    visible = Job.objects.visible_to(request.user)
    found = visible.select_related("created_by")
    return JobList(request, found).render("crm/jobs/job_list.html")


@needs("jobs.view")
def job_detail(request, pk):
    """One piece of background work with its progress; 404 for whoever may not see it.

    While the job goes on the page fetches its progress again.
    """
    return render(request, "crm/jobs/job_detail.html", {"job": job_of(request, pk)})


@needs("jobs.view")
def job_progress(request, pk):
    """The moving part of a page that shows a job.

    Once the job ended the whole page is asked for anew; with ``?then=result`` the page of what came
    of it, where it is done.
    """
    job = job_of(request, pk)
    leads_on = request.GET.get("then") == "result"
    context = {"job": job, "leads_on": leads_on}
    response = render(request, "crm/jobs/_job.html", context)
    if request.htmx and not job.is_open:
        header, value = way_on(job, leads_on=leads_on)
        response[header] = value
    return response


def way_on(job: Job, *, leads_on: bool) -> tuple[str, str]:
    """(header, value) by which a page goes on once its job has ended. ``leads_on``: to what came of
    it, where anything did.
    """
    if leads_on and job.result_url:
        return "HX-Redirect", job.result_url
    # The page around it says other things about a job that has ended: its result, its rows.
    return "HX-Refresh", "true"


@needs("jobs.view")
@require_POST
def job_cancel(request, pk):
    """Stop it; one that has ended meanwhile is only shown."""
    job = job_of(request, pk)
    cancel_job(job=job, by=request.user)
    return redirect(job)
